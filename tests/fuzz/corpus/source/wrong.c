/* luminal: sources = ../up.c /root.c x "open
 luminal: packages =
 luminal: what = ever
 luminal: flags = -o x -DA(B)=1\
*/