package org.kumiki.console;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.BucketFacts;
import org.kumiki.api.blob.BucketFacts.Versions;
import org.kumiki.api.blob.BucketReader;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.model.HostId;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.table.DomainSize;
import org.kumiki.api.table.TableStore;
import org.kumiki.api.twin.Twin;
import org.kumiki.browser.Browser;

/**
 * Makes the pictures of the pages that the documentation shows. Arguments: the page's label, or {@code rehearsals} or {@code forecasts} for that part of one, the file, and
 * how wide and high.
 */
final class Picture {

    private static final int GLANCES = 70;
    private static final String REHEARSALS = "rehearsals";
    private static final String FORECASTS = "forecasts";

    private Picture() {
    }

    public static void main(String[] arguments) throws Exception {
        FakeDatacenter datacenter = Theatre.lab();
        Theatre theatre = new Theatre(datacenter);
        datacenter.submit(null, new HostCommand.Accept(new HostId("lab-3"), false));
        for (int second = 0; second < 48; second++) {
            theatre.play(1);
        }
        try (RunningConsole console = RunningConsole.start(datacenter, datacenter, 0); Browser browser = new Browser("en")) {
            browser.resize(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
            browser.open(console.at("/"));
            browser.run("document.querySelector('[name=kumiki-password]').value = arguments[0]; document.querySelector('form button').click()",
                    console.password());
            browser.await("$('#pulse.live') && $$('.paths g').length > 0");
            if (arguments[0].equals(REHEARSALS)) {
                datacenter.rehearsals(Theatre.shadow(datacenter), Theatre.canary()).plugIns(policies());
                browser.await("$$('.plots svg').length === 8");
                browser.run("$('#rehearsals').scrollIntoView()");
            }
            if (arguments[0].equals(StoresPage.LABEL)) {
                stores(console, browser);
            }
            if (arguments[0].equals(FORECASTS)) {
                datacenter.forecasts(Oracle.day(datacenter.inventory().instances().stream().filter(instance -> instance.host().isPresent()).toList()));
                browser.open(console.at("/system/console/" + TwinPage.LABEL));
                browser.await("document.querySelector('#kumiki-twin') && $$('#forecasts .newest tbody tr').length === 20");
                browser.run("$('#forecasts').scrollIntoView()");
            }
            if (arguments[0].equals(TwinPage.LABEL)) {
                datacenter.forecasts(Oracle.day(datacenter.inventory().instances().stream().filter(instance -> instance.host().isPresent()).toList()));
                datacenter.plugIns(policies());
                twin(console, browser);
            }
            browser.await("root.getAnimations().every(one => !(one instanceof CSSTransition))");
            Files.write(Path.of(arguments[1]), browser.screenshot());
        }
    }

    private static List<PlugIn> policies() {
        return Stream.of("balance", "consolidate", "powersave", "stochastic").map(name -> new PlugIn("policy", name, "org.kumiki.policy." + name + " 1.0.0",
                PlugIn.State.ACTIVE, "", Optional.empty(), 90, 0)).toList();
    }

    private static void twin(RunningConsole console, Browser browser) throws Exception {
        FakeTwin twin = new FakeTwin();
        console.provide(Twin.class, twin);
        browser.open(console.at("/system/console/" + TwinPage.LABEL));
        browser.await("document.querySelector('#kumiki-twin') && $('#pulse.live') && $('[name=with]').options.length === 5");
        browser.run("const set = (name, value) => { $('[name=' + name + ']').value = value; };"
                + "set('without', 'balance'); set('with', 'consolidate'); set('launch', 200); set('type', 'm1.small'); set('over', 8);"
                + "set('fail', '1'); set('at', 6); set('hours', 24)");
        browser.run("$('[type=submit]').click()");
        browser.await("$('[role=progressbar]:not([hidden])')");
        twin.latest().answer();
        browser.await("!$('#answer').hidden");
    }

    /** The page's own clock is turned on between two glances, so that five minutes pass in a few seconds. */
    private static void stores(RunningConsole console, Browser browser) throws Exception {
        FakeStores stores = filled();
        console.provide(BlobStore.class, stores.blobStore());
        console.provide(BucketReader.class, stores.reader());
        console.provide(QueueStore.class, stores.queueStore());
        console.provide(TableStore.class, stores.tableStore());
        browser.open(console.at("/system/console/" + StoresPage.LABEL));
        browser.await("document.querySelector('#kumiki-stores') && $('#pulse.live')");
        browser.run("const real = Date.now.bind(Date); window.ahead = 0; Date.now = () => real() + window.ahead");
        for (int glance = 0; glance < GLANCES; glance++) {
            long thumbnails = Math.round(130 + 110 * Math.sin(glance / 9.0) + 30 * Math.sin(glance / 2.1));
            long orders = Math.max(0, Math.round(24 * Math.sin(glance / 4.0)));
            stores.queue("thumbnails", counts(thumbnails, 16, 0, Duration.ofSeconds(20 + thumbnails)), Ordering.NONE, Optional.of("thumbnails-dead"))
                    .queue("orders.fifo", counts(orders, 2, 0, Duration.ofSeconds(orders + 1)), Ordering.GROUPS, Optional.of("orders-dead.fifo"))
                    .queue("codec-jobs", counts(glance * 9L, 8, 3, Duration.ofHours(11)));
            browser.run("window.ahead += 4000; document.dispatchEvent(new Event('visibilitychange'))");
            browser.await("$$('#queues tbody tr').some(row => row.querySelector('[data-slot=waiting]').textContent === arguments[0])",
                    String.valueOf(thumbnails));
        }
    }

    private static FakeStores filled() {
        return new FakeStores().queue("orders-dead.fifo", Counts.NONE, Ordering.GROUPS, Optional.empty())
                .queue("thumbnails-dead", counts(3, 0, 0, Duration.ofMinutes(52)))
                .queue("mail", counts(0, 1, 40, Duration.ofMinutes(9)))
                .bucket("archive", 18_204, 812L << 30).facts("archive", facts(Optional.of(1L << 40), Optional.empty(), Versions.KEPT, true))
                .bucket("pictures", 241_730, 96L << 30).facts("pictures", facts(Optional.of(100L << 30), Optional.of(500_000L), Versions.NEVER, false))
                .bucket("reports", 1_204, 740L << 20).facts("reports", facts(Optional.empty(), Optional.empty(), Versions.SUSPENDED, false))
                .bucket("website", 86, 12L << 20).facts("website", facts(Optional.of(1L << 30), Optional.empty(), Versions.KEPT, false))
                .domain("customers", new DomainSize(4_812, 57_744, 14, 133, 61_040, 1_402_112))
                .domain("sessions", new DomainSize(319, 11_484, 5, 44, 1_595, 40_832));
    }

    private static BucketFacts facts(Optional<Long> bytes, Optional<Long> blobs, Versions versions, boolean locked) {
        return new BucketFacts(FakeDatacenter.ROOT, bytes, blobs, versions, locked);
    }

    private static Counts counts(long visible, long inFlight, long delayed, Duration age) {
        long all = visible + inFlight + delayed;
        return new Counts(visible, inFlight, delayed, 740 * all, all == 0 ? Optional.empty() : Optional.of(Instant.now().minus(age)));
    }
}
