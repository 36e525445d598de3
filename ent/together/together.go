// Package together says who sat together over a theme.
package together

// Side is on which side somebody sat, by its name in the contract.
type Side string

// Sitter is somebody who was there. The name is empty for who does not agree to be named.
type Sitter struct {
	Side Side   `json:"side"`
	Name string `json:"name"`
	Part string `json:"part"`
}
