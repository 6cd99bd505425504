# Prints the answers of slirp4netns, a line each. Usage: perl -e THIS SOCKET QUESTION...; behind ask.pl.
my ($path, @questions) = @ARGV;
print ask($path, $_), "\n" for @questions;
