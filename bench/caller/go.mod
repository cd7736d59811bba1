module fanfare/bench/caller

go 1.25
