out.o: /nowhere/a.c \
 a\ b.h \
 $$x.h /usr/include/stdio.h c\#d.h

b.h:
