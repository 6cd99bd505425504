package org.kumiki.hypervisor.qemu;

import java.nio.file.Path;
import java.time.Duration;

import org.kumiki.api.model.HostId;

/** A control plane that starts a guest and then waits to be killed. */
final class StartGuest {

    private StartGuest() {
    }

    public static void main(String[] arguments) throws InterruptedException {
        Path directory = Path.of(arguments[0]);
        QemuHypervisor driver = new QemuHypervisor(new QemuSettings("qemu-system-x86_64", 8, 0.8, 1, Duration.ofSeconds(60), false, 0));
        driver.addNode(new TestNode("here", directory));
        driver.start(new HostId("here"), RealGuestTest.guest(directory, 2222));
        System.out.println("started");
        Thread.currentThread().join();
    }
}
