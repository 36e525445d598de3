package intake

import "strings"

// isSmall is true for words that stay small inside a name.
func isSmall(word string) bool {
	switch word {
	case "OF", "AND", "THE", "FOR", "AT", "IN", "ON", "UPON", "UNDER", "BY", "TO", "WITH", "LE", "DE":
		return true
	}
	return false
}

func isRoman(word string) bool {
	switch word {
	case "II", "III", "IV", "VI", "VII", "VIII":
		return true
	}
	return false
}

// special gives the spelling of words that have one of their own.
func special(word string) string {
	switch word {
	case "ST":
		return "St"
	case "LTD":
		return "Ltd"
	case "DR":
		return "Dr"
	case "MR":
		return "Mr"
	case "MRS":
		return "Mrs"
	case "SPAMEDICA":
		return "SpaMedica"
	}
	return ""
}

// isAbbreviation is true for those that could pass for a word.
func isAbbreviation(word string) bool {
	switch word {
	case "ICB", "ICS", "UK", "A&E", "HQ", "BMI", "IHG", "HMT", "KIMS", "UCH", "BMEC", "RAF", "USA", "NICE":
		return true
	case "ACHD", "AEC", "AHAH", "AMSDEC", "CAMHS", "CAMS", "COPD", "DMOP", "DOSA", "EPOC", "ESAC", "GLH", "HASU", "HOBS", "IAPT", "IRAD", "IMIC", "MSDEC", "MDEC", "ODAS",
		"OMFS", "OPAL", "OPAS", "OPAT", "SDEC", "SSDEC":
		return true
	case "COCH", "PRUH", "QEQM", "QEII", "UHND", "NIHR":
		return true
	}
	return false
}

// looksSpoken is true for a word in capitals that can be spoken, and so is no abbreviation: it has a vowel and no digit.
func looksSpoken(w word) bool {
	return len(w.text) > 1 && strings.ContainsAny(w.text, vowels+"Y") && !strings.ContainsAny(w.text, "0123456789&")
}

const vowels = "AEIOU"

// looksLikeWord is stricter. A word that is short where it stands is an abbreviation unless it is one that hospitals
// use; longer ones must begin, go on and end as English words do. “…U” is nearly always some unit.
func looksLikeWord(w word) bool {
	switch {
	case !looksSpoken(w):
		return false
	case isMc(w.text) || isShortWord(w.text):
		return true
	case len(w.text) <= w.label, strings.HasSuffix(w.text, "U"):
		return false
	}
	return begins(w.text) && goesOn(w.text) && ends(w.text)
}

// isShortWord knows the words of up to four letters that wards are called by.
func isShortWord(word string) bool {
	switch word {
	case "DAY", "BAY", "BED", "EYE", "OAK", "ASH", "ELM", "FIR", "YEW", "BOX", "LAB", "NEW", "OLD", "ONE", "TWO", "SIX", "TEN", "HIP", "SKY", "SUN", "SEA", "TOP", "END", "OUT", "ALL",
		"MEN", "AGE", "LOW", "AIR", "ARM", "LEG", "EAR", "RED", "TEA", "BEE", "OWL", "FOX", "KEY", "WAY", "JOY", "IVY", "MAY", "NON", "PRE", "HUB", "GYM", "SPA", "RYE", "ELF":
		return true
	case "ANN", "BEN", "BUD", "GUY", "JIM", "KAY", "LEE", "MAX", "RAY", "ROY", "SAM", "TOM":
		return true
	case "ACER", "BABY", "BEAR", "BLUE", "CARE", "CASE", "COTS", "DEER", "DOVE", "DUCK", "EAST", "FERN", "HAWK", "HOME", "LILY", "LION", "MAIN", "OAKS", "PALM", "PINE", "ROSE", "RUBY", "SWAN",
		"TEAL", "UNIT", "WARD", "WEST", "WING", "WOLF", "WREN":
		return true
	}
	return isSmall(word)
}

// begins is true when the consonants before the first vowel can begin an English word.
func begins(word string) bool {
	switch onset := word[:strings.IndexAny(word, vowels+"Y")]; onset {
	case "", "BL", "BR", "CH", "CHR", "CL", "CR", "DR", "DW", "FL", "FR", "GH", "GL", "GN", "GR", "KN", "LL", "PH", "PL", "PR", "PS", "RH", "SC", "SCH", "SCR", "SH", "SHR",
		"SK", "SL", "SM", "SN", "SP", "SPH", "SPL", "SPR", "SQ", "ST", "STR", "SW", "TH", "THR", "TR", "TW", "WH", "WR":
		return true
	default:
		return len(onset) == 1
	}
}

// goesOn is false for three vowels or five consonants in a row, and for a Q without its U.
func goesOn(word string) bool {
	odd := longestRun(word, vowels) > 2 && !strings.Contains(word, "EAU") && !strings.Contains(word, "IOU") && !strings.Contains(word, "OUI")
	return !odd && longestRun(word, "BCDFGHJKLMNPQRSTVWXZ") < 5 && strings.Count(word, "Q") == strings.Count(word, "QU")
}

// ends is true when the consonants after the last vowel can end an English word, with or without S.
func ends(word string) bool {
	coda := word[strings.LastIndexAny(word, vowels+"Y")+1:]
	if len(coda) > 1 {
		coda = strings.TrimSuffix(strings.TrimSuffix(coda, "S"), "'")
	}
	switch coda {
	case "CH", "CK", "CT", "DD", "FF", "FT", "GG", "GH", "GHT", "GN", "HN", "LD", "LF", "LK", "LL", "LM", "LN", "LP", "LPH", "LS", "LT", "LTH", "MB", "MP", "ND", "NG", "NGTH", "NK", "NN",
		"NT", "NTH", "NZ", "PH", "PP", "PT", "RB", "RCH", "RD", "RF", "RG", "RGH", "RK", "RL", "RM", "RN", "RP", "RR", "RST", "RSH", "RT", "RTH", "SH", "SK", "SP", "SS", "ST", "TCH", "TH",
		"TT", "WD", "WK", "WL", "WN", "ZZ":
		return true
	}
	return len(coda) <= 1 || coda == "S"
}

func longestRun(word, letters string) int {
	longest, run := 0, 0
	for _, r := range word {
		if run++; !strings.ContainsRune(letters, r) {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}
