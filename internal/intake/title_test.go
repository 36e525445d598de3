package intake_test

import (
	"testing"

	"hearback/internal/intake"
)

func TestTitle(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"MOORLAND AND SOUTH FELL ICB":                    "Moorland and South Fell ICB",
		"ST MILDRED'S AND THE VALE NHS FOUNDATION TRUST": "St Mildred's and the Vale NHS Foundation Trust",
		"THE NEW INFIRMARY (THE ANNEXE)":                 "The New Infirmary (The Annexe)",
		"SEATON-ON-SEA HOSPITAL – HQ":                    "Seaton-on-Sea Hospital – HQ",
		"ST. BRANNOCK MEDICAL CENTRE LTD":                "St. Brannock Medical Centre Ltd",
		"THE MCALLEN CENTRE, O'HARA WING":                "The McAllen Centre, O'Hara Wing",
		"A&E AT KING GEORGE VI HOSPITAL UK":              "A&E at King George VI Hospital UK",
		"Queen Anne Vii Hospital Of The Fens And Isles":  "Queen Anne VII Hospital of The Fens and Isles",
		"1ST AVENUE SURGERY":                             "1st Avenue Surgery",
		"ÉLAN HOUSE":                                     "Élan House",
		"Already Right NHS Trust":                        "Already Right NHS Trust",
		"":                                               "",
		"42":                                             "42",
	} {
		if got := intake.Title(in); got != want {
			t.Errorf("Title(%q) = %q, want %q", in, got, want)
		}
		if again := intake.Title(want); again != want {
			t.Errorf("a second run changed %q to %q", want, again)
		}
	}
}

func TestWardTitle(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"AMU1":                          "AMU1",
		"7":                             "7",
		"WARD 17":                       "Ward 17",
		"SAME DAY EMERGENCY CARE SDEC":  "Same Day Emergency Care SDEC",
		"QZND - QEQM ENDOSCOPY WARD":    "QZND - QEQM Endoscopy Ward",
		"DH THE MEADOW BAY":             "DH The Meadow Bay",
		"T&O WARD 3RD FLOOR":            "T&O Ward 3rd Floor",
		"NICU/SCBU":                     "NICU/SCBU",
		"MCKINLEY WARD":                 "McKinley Ward",
		"RGWD":                          "RGWD",
		"LARKSPUR":                      "Larkspur",
		`Harebell Unit (Ann Other)"`:    "Harebell Unit (Ann Other)",
		"Medical Day Unit  (MDU) South": "Medical Day Unit (MDU) South",
	} {
		if got := intake.WardTitle(in); got != want {
			t.Errorf("WardTitle(%q) = %q, want %q", in, got, want)
		}
	}
}
