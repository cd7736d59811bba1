module fanfare/bench/sink

go 1.25
