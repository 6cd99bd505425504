# Makes an image's first root file system one for User-Mode Linux: what is in it, and after that modules of this kernel, where its programs
# look for modules.
# Usage: perl -e THIS RESULT INITRD RELEASE MODULE...
use strict;
use warnings;
use File::Basename;

my ($result, $initrd, $release, @modules) = @ARGV;
my ($at, $inode) = (0, 0);
open(my $out, '>:raw', $result) or die "$result: $!\n";

sub content {
    my ($file) = @_;
    open(my $in, '<:raw', $file) or die "$file: $!\n";
    local $/;
    return <$in>;
}

sub put {
    my $rest = -($at + length $_[0]) % 4;
    print $out $_[0], "\0" x $rest or die "$result: $!\n";
    $at += $rest + length $_[0];
}

# As the kernel reads it: "newc" of cpio(5).
sub entry {
    my ($name, $mode, $content) = @_;
    put(sprintf('070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X', ++$inode, $mode, 0, 0, 1, 0, length $content, 0, 0, 0, 0,
        1 + length $name, 0) . "$name\0");
    put($content);
}

put(content($initrd));
entry($_, 040755, '') for 'lib/modules', "lib/modules/$release";
for my $module (@modules) {
    entry("lib/modules/$release/" . basename($module), 0100644, content($module));
}
entry('TRAILER!!!', 0, '');
close $out or die "$result: $!\n";
