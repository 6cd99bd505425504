package org.kumiki.console;

import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.model.InstanceId;

/**
 * Starts the console around a fake datacenter and leaves it running, for whoever works on the page.
 * Arguments: port, hosts, instances. With four hosts, those of a lab: whoever drains one there sees its guests move away.
 */
final class DevelopmentConsole {

    private DevelopmentConsole() {
    }

    public static void main(String[] arguments) throws Exception {
        int hosts = Integer.parseInt(arguments[1]);
        FakeDatacenter datacenter = hosts == 4 ? Theatre.lab() : FakeDatacenter.of(hosts, Integer.parseInt(arguments[2]));
        Theatre theatre = new Theatre(datacenter);
        datacenter.inventory().instances().forEach(instance -> datacenter.writes(instance.id(), boot(instance.id())));
        RunningConsole console = RunningConsole.start(datacenter, datacenter, Integer.parseInt(arguments[0]));
        Executors.newSingleThreadScheduledExecutor().scheduleWithFixedDelay(() -> theatre.play(0.5), 500, 500, TimeUnit.MILLISECONDS);
        System.out.println(console.at("/") + "  admin  " + console.password());
    }

    private static String boot(InstanceId id) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            text.append(String.format("[%5d.%06d] \u001b[32mbooting\u001b[0m step %d of the guest %s\r%n", i / 10, 1234 * i, i, id));
        }
        return text + "\r\nDebian GNU/Linux 12 guest ttyS0\r\n\r\nguest login: ";
    }
}
