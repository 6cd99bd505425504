package org.kumiki.power.ipmi;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.model.HostId;
import org.kumiki.api.node.Node;
import org.kumiki.api.power.BlockingHostPower;
import org.kumiki.api.power.PowerException;
import org.kumiki.api.power.PowerException.Reason;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Switches one host by its management controller: one for each configuration. */
@Component(configurationPid = IpmiPower.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = IpmiPower.Config.class, factory = true)
public class IpmiPower implements BlockingHostPower {

    static final String PID = "org.kumiki.power.ipmi";

    /** Controllers are reached from the platform's own machine. */
    private static final String LOCAL = "(kumiki.node.kind=local)";
    private static final Duration BETWEEN_READINGS = Duration.ofMillis(500);

    @ObjectClassDefinition(name = "Kumiki Power by IPMI", description = "The management controller of one host.")
    @interface Config {

        @AttributeDefinition(name = "Host", description = "Its name in the datacenter.")
        String host();

        @AttributeDefinition(name = "Address", description = "Of its management controller.")
        String address();

        @AttributeDefinition(name = "Port")
        int port() default 623;

        @AttributeDefinition(name = "User", description = "Of the controller, allowed to switch the chassis.")
        String user();

        @AttributeDefinition(name = "Password file", description = "Holds the password alone; mode 0600.")
        String passwordFile();

        @AttributeDefinition(name = "Cipher suite", description = "Of IPMI 2.0; -1 asks the controller for its best.")
        int cipherSuite() default -1;

        @AttributeDefinition(name = "Program", description = "Found by PATH.")
        String program() default "ipmitool";

        @AttributeDefinition(name = "Answer patience", description = "Seconds for one answer of the controller.")
        int answerSeconds() default 20;

        @AttributeDefinition(name = "Switch patience", description = "Seconds until a reading must show what was asked for.")
        int switchSeconds() default 30;

        @AttributeDefinition(name = "Shutdown patience", description = "Seconds for the host to shut down by itself; 0 cuts it off at once.")
        int shutdownSeconds() default 120;
    }

    private final HostId host;
    private final Ipmitool controller;
    private final Duration toSwitch;
    private final Duration toShutDown;

    @Activate
    public IpmiPower(@Reference(target = LOCAL) Node node, Config config) {
        this(new HostId(config.host()), new Ipmitool(node, config.program(), new Controller(config.address(), config.port(), config.user(),
                Path.of(config.passwordFile()), config.cipherSuite() < 0 ? OptionalInt.empty() : OptionalInt.of(config.cipherSuite())),
                Duration.ofSeconds(config.answerSeconds())), Duration.ofSeconds(config.switchSeconds()), Duration.ofSeconds(config.shutdownSeconds()));
    }

    IpmiPower(HostId host, Ipmitool controller, Duration toSwitch, Duration toShutDown) {
        this.host = host;
        this.controller = controller;
        this.toSwitch = toSwitch;
        this.toShutDown = toShutDown;
    }

    @Override
    public boolean controls(HostId asked) {
        return host.equals(asked);
    }

    @Override
    public void on(HostId asked) throws InterruptedException {
        check(asked);
        if (!controller.isOn()) {
            controller.ask("on");
            prove(true, toSwitch);
        }
    }

    @Override
    public void off(HostId asked) throws InterruptedException {
        check(asked);
        if (controller.isOn() && !shutsDown()) {
            controller.ask("off");
            prove(false, toSwitch);
        }
    }

    @Override
    public boolean isOn(HostId asked) {
        check(asked);
        return controller.isOn();
    }

    private void check(HostId asked) {
        if (!controls(asked)) {
            throw new PowerException(Reason.REFUSED, "this is the controller of " + host + ", not of " + asked);
        }
    }

    /** Presses the power button, as somebody at the machine would. */
    private boolean shutsDown() throws InterruptedException {
        if (toShutDown.isZero()) {
            return false;
        }
        controller.ask("soft");
        return shows(false, toShutDown);
    }

    private void prove(boolean on, Duration patience) throws InterruptedException {
        if (!shows(on, patience)) {
            throw new PowerException(Reason.UNPROVEN, "the controller of " + host + " accepted to switch it " + (on ? "on" : "off")
                    + ", but reads " + (on ? "off" : "on") + " after " + patience);
        }
    }

    private boolean shows(boolean on, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (controller.isOn() != on) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(BETWEEN_READINGS.toNanos());
        }
        return true;
    }
}
