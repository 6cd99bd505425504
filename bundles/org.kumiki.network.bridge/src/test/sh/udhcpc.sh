#!/bin/sh
# Says what udhcpc was given.
[ "$1" = bound ] && echo "bound ip=$ip mask=$mask router=$router dns=$dns server=$serverid"
exit 0
