package org.kumiki.e2e;

/** A platform that runs real guests on this machine. */
final class Real {

    private Real() {
    }

    static Platform start() {
        return start(Platform.prepare());
    }

    static Platform start(Platform platform) {
        // The types of 2008 have larger disks than many a machine of today, and nobody fills them here.
        platform.load("diskOvercommit = 100\n", "org.kumiki.hypervisor.qemu.cfg");
        return platform.open();
    }

    static String imageId(Platform platform) {
        return platform.ec2("describe-images", "--filters", "Name=name,Values=" + Platform.IMAGE, "--query", "Images[0].ImageId");
    }
}
