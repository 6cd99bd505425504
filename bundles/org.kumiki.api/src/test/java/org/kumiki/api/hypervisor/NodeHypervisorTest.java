package org.kumiki.api.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.node.Node;

class NodeHypervisorTest {

    private static final InstanceId GUEST = new InstanceId("i-00000000000000001");

    private final Driver driver = new Driver();

    @Test
    void opensANodeOnceAndHandsItsCallsOn() {
        driver.add(node("b"));
        driver.add(node("a"));
        assertThat(driver.known()).isEmpty();

        assertThat(driver.hosts()).extracting(report -> report.host().value()).containsExactly("a", "b");
        driver.hosts();
        driver.reboot(new HostId("b"), GUEST);
        driver.stop(new HostId("a"), GUEST, true);

        assertThat(driver.deeds).containsExactly("open a", "open b", "reboot b", "stop a true");
        assertThat(driver.console(new HostId("a"), GUEST).text()).isEqualTo("a");
        assertThatThrownBy(() -> driver.destroy(new HostId("c"), GUEST))
                .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
    }

    @Test
    void complainsOnceOfANodeThatIsNoHostAndTriesAgain() {
        driver.add(node("a"));
        driver.add(node("bad"));
        driver.trouble = "no such program";

        assertThat(driver.hosts()).hasSize(1);
        assertThat(driver.hosts()).hasSize(1);
        assertThat(driver.complained).containsExactly("bad: no such program");
        assertThat(driver.complaints()).containsExactly(Map.entry("bad", "no such program"));
        assertThatThrownBy(() -> driver.reboot(new HostId("bad"), GUEST)).hasMessage("no such program")
                .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));

        driver.trouble = "too old";
        driver.hosts();
        assertThat(driver.complained).containsExactly("bad: no such program", "bad: too old");

        driver.trouble = null;
        assertThat(driver.hosts()).hasSize(2);
        assertThat(driver.complaints()).isEmpty();
    }

    @Test
    void tellsWhoWatchesOfNodesThatComeAndGo() {
        List<String> heard = new ArrayList<>();
        Runnable end = driver.watch(new GuestListener() {

            @Override
            public void stopped(HostId host, InstanceId guest, String reason) {
                heard.add(host + " " + reason);
            }

            @Override
            public void hostsChanged() {
                heard.add("changed");
            }
        });
        Node node = node("a");
        driver.add(node);
        driver.hosts();
        driver.everyone().stopped(new HostId("a"), GUEST, "it ended");
        driver.remove(node);
        driver.remove(node("never added"));
        end.run();
        driver.add(node);

        assertThat(heard).containsExactly("changed", "a it ended", "changed");
        assertThat(driver.deeds).containsExactly("open a", "close a");
        assertThat(driver.known()).isEmpty();
    }

    @Test
    void aNodeThatGoesWhileItIsOpenedIsClosedAndHoldsUpNobody() throws Exception {
        Node slow = node("slow");
        Node other = node("other");
        driver.add(slow);
        driver.add(other);
        driver.opening = new CountDownLatch(1);
        driver.goOn = new CountDownLatch(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> call = thread.submit(() -> driver.reboot(new HostId("slow"), GUEST));
            driver.opening.await();

            driver.reboot(new HostId("other"), GUEST);
            driver.remove(slow);
            driver.goOn.countDown();

            assertThatThrownBy(call::get).hasMessageContaining("slow is gone");
            assertThat(driver.deeds).containsExactly("open other", "reboot other", "open slow", "close slow");
        } finally {
            thread.shutdownNow();
        }
    }

    private static Node node(String name) {
        return (Node) Proxy.newProxyInstance(Node.class.getClassLoader(), new Class<?>[] { Node.class }, (self, method, arguments) -> switch (method.getName()) {
            case "name" -> name;
            case "hashCode" -> System.identityHashCode(self);
            case "equals" -> self == arguments[0];
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static final class Driver extends NodeHypervisor<Host> {

        private final List<String> deeds = new ArrayList<>();
        private final List<String> complained = new ArrayList<>();
        private volatile String trouble;
        private volatile CountDownLatch opening;
        private volatile CountDownLatch goOn;

        @Override
        protected Host open(Node node) throws IOException {
            if (node.name().equals("bad") && trouble != null) {
                throw new IOException(trouble);
            }
            if (node.name().equals("slow")) {
                opening.countDown();
                await(goOn);
            }
            deeds.add("open " + node.name());
            return new Host(node.name(), deeds);
        }

        private static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected void complain(Node node, String reason) {
            complained.add(node.name() + ": " + reason);
        }

        @Override
        public Technology technology() {
            return new Technology("test", "1", Technology.MonitorPlace.HOST_OS, Set.of(Technology.Method.OS_LEVEL), Set.of(), "");
        }
    }

    private record Host(String name, List<String> deeds) implements NodeHost {

        @Override
        public HostReport report() {
            return new HostReport(new HostId(name), Resources.NONE, Map.of(), Map.of());
        }

        @Override
        public void start(GuestSpec guest) {
            deeds.add("start " + name);
        }

        @Override
        public void stop(InstanceId guest, boolean force) {
            deeds.add("stop " + name + " " + force);
        }

        @Override
        public void reboot(InstanceId guest) {
            deeds.add("reboot " + name);
        }

        @Override
        public void destroy(InstanceId guest) {
            deeds.add("destroy " + name);
        }

        @Override
        public ConsoleOutput console(InstanceId guest) {
            return new ConsoleOutput(guest, Instant.EPOCH, name);
        }

        @Override
        public void close() {
            deeds.add("close " + name);
        }
    }
}
