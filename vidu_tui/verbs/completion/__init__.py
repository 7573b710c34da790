"""completion: what a shell puts in for TAB. The scripts ask for the ids anew at each TAB."""
