package org.kumiki.hypervisor.vsphere;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for news of a server's machines and hosts ({@code WaitForUpdatesEx}), as long as it is not closed. Who lost the connection tries again, and
 * looks at everything then.
 */
final class Watch implements AutoCloseable {

    /** Is told that something has changed, and must look what. */
    interface Listener {

        /** The server is reached, again or for the first time. */
        void connected();

        void disconnected(String reason);

        void machinesChanged(Set<Ref> machines);

        void hostsChanged();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    /** For the answer itself, beside the time that the server may let pass. */
    private static final Duration FOR_THE_ANSWER = Duration.ofSeconds(30);

    private final Session session;
    private final Places places;
    private final Settings settings;
    private final Listener listener;
    private final Thread thread;

    Watch(Session session, Places places, Settings settings, Listener listener) {
        this.session = session;
        this.places = places;
        this.settings = settings;
        this.listener = listener;
        this.thread = new Thread(this::watch, "kumiki-vsphere-" + settings.name());
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                follow();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException | RuntimeException e) {
                LOG.debug("the news of {} have ended", settings.name(), e);
                if (!(e instanceof VimFault fault && fault.is("ManagedObjectNotFound"))) { // else only the session has ended, and what belongs to it
                    listener.disconnected(e.getMessage() == null ? e.toString() : e.getMessage());
                }
                pause();
            }
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(settings.betweenLooks().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until something goes wrong, as it does when the session ends: what is followed belongs to it. */
    private void follow() throws IOException, InterruptedException {
        Ref datacenter = places.site().datacenter();
        Ref collector = session.ask(session.content().propertyCollector(), "CreatePropertyCollector").map(Element::ref)
                .orElseThrow(() -> new IOException("there is no property collector"));
        filter(collector, Session.properties("VirtualMachine", "runtime.powerState"), Session.in(session.view(datacenter, "VirtualMachine")));
        filter(collector, Session.properties("HostSystem", "runtime.connectionState", "runtime.inMaintenanceMode"),
                Session.in(session.view(datacenter, "HostSystem")));
        String version = news(collector, "").map(set -> set.textAt("version")).orElse("");
        listener.connected();
        while (true) {
            Optional<Element> news = news(collector, version);
            if (news.isPresent()) {
                version = news.get().textAt("version");
                tell(news.get());
            }
        }
    }

    private void filter(Ref collector, Element properties, Element objects) throws IOException, InterruptedException {
        session.call(collector, "CreateFilter", Element.of("spec", properties, objects), Element.text("partialUpdates", false));
    }

    /** @return empty if nothing has changed for a while */
    private Optional<Element> news(Ref collector, String version) throws IOException, InterruptedException {
        return session.call(settings.betweenLooks().plus(FOR_THE_ANSWER), collector, "WaitForUpdatesEx", Element.text("version", version),
                Element.of("options", Element.text("maxWaitSeconds", settings.betweenLooks().toSeconds()))).child("returnval");
    }

    private void tell(Element news) {
        Set<Ref> changed = news.all("filterSet").flatMap(filter -> filter.all("objectSet")).flatMap(object -> object.all("obj")).map(Element::ref)
                .collect(Collectors.toSet());
        Set<Ref> machines = changed.stream().filter(ref -> ref.type().equals("VirtualMachine")).collect(Collectors.toSet());
        if (!machines.isEmpty()) {
            listener.machinesChanged(machines);
        }
        if (machines.size() < changed.size()) {
            listener.hostsChanged();
        }
    }
}
