package main

type importCmd struct{}
