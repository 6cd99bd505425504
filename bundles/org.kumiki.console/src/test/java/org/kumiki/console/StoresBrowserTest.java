package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.BucketFacts;
import org.kumiki.api.blob.BucketFacts.Versions;
import org.kumiki.api.blob.BucketReader;
import org.kumiki.api.blob.Usage;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.table.DomainSize;
import org.kumiki.api.table.TableStore;

/** The page Stores as an operator has it. */
@Tag("browser")
class StoresBrowserTest extends InBrowser {

    private final FakeStores stores = new FakeStores();

    @BeforeEach
    void provide() {
        console.provide(BlobStore.class, stores.blobStore());
        console.provide(BucketReader.class, stores.reader());
        console.provide(QueueStore.class, stores.queueStore());
        console.provide(TableStore.class, stores.tableStore());
    }

    @AfterEach
    void withdraw() {
        for (Class<?> type : List.of(BlobStore.class, BucketReader.class, QueueStore.class, TableStore.class)) {
            console.withdraw(type);
        }
    }

    private static void open() throws Exception {
        logIn();
        browser.open(console.at("/system/console/kumiki-stores"));
        browser.await("document.querySelector('#kumiki-stores') && $('#pulse.live')");
    }

    private static String cell(String list, String name, String slot) throws Exception {
        return browser.run("return $$(`#${arguments[0]} tbody tr`).find(row => row.querySelector('[data-slot=name]').textContent === arguments[1])"
                + ".querySelector(`[data-slot=${arguments[2]}]`).textContent", list, name, slot).asText();
    }

    @Test
    void showsWhatIsInTheStoresAndFollowsIt() throws Exception {
        stores.bucket("pictures", 3, 3 << 20).facts("pictures",
                new BucketFacts(FakeDatacenter.ROOT, Optional.of(4L << 20), Optional.empty(), Versions.KEPT, true));
        stores.bucket("plain", 0, 0).queue("orders", FakeStores.waiting(7)).domain("users", new DomainSize(10, 100, 4, 40, 55, 500));
        open();

        assertThat(cell("buckets", "pictures", "bytes")).isEqualTo("3 MiB");
        assertThat(cell("buckets", "pictures", "owner")).isEqualTo("root · 000000000001");
        assertThat(cell("buckets", "pictures", "quota")).isEqualTo("of 4 MiB");
        assertThat(text("$('#buckets .bar:not([hidden]) i').style.width")).isEqualTo("75%");
        assertThat(text("$$('#buckets .bar[hidden]').length")).as("no bar where there is no quota").isEqualTo("1");
        assertThat(text("$$('#buckets .c-keeping')[1].innerText")).contains("versions kept", "object lock");
        assertThat(text("$$('#buckets .c-keeping')[2].innerText")).isEmpty();
        assertThat(cell("queues", "orders", "kind")).isEqualTo("standard");
        assertThat(cell("domains", "users", "bytes")).isEqualTo("640 B");
        assertThat(text("$('[data-list=bucket]').innerText")).contains("Buckets", "2", "in those shown: 3 MiB");

        stores.queue("orders", FakeStores.waiting(1_234)).bucket("pictures", 4, 5 << 20);

        // The page may have looked between the two.
        browser.await("$('#queues [data-slot=waiting]').textContent === '1,234'"
                + " && $$('#buckets [data-slot=objects]').some(objects => objects.textContent === '4')");
        assertThat(cell("buckets", "pictures", "objects")).isEqualTo("4");
        browser.await("$('#queues .trend .line').getAttribute('d').includes('L')");
    }

    @Test
    void pointsAtQueuesThatSomebodyShouldLookAt() throws Exception {
        Instant now = Instant.now();
        stores.queue("calm", FakeStores.waiting(3), Ordering.NONE, Optional.of("empty-dead")).queue("empty-dead", Counts.NONE)
                .queue("late", new Counts(1, 0, 0, 10, Optional.of(now.minus(Duration.ofHours(10)))))
                .queue("failing", FakeStores.waiting(0), Ordering.NONE, Optional.of("full-dead")).queue("full-dead", FakeStores.waiting(2));
        open();

        assertThat(strings("$$('#queues tr.look [data-slot=name]').map(name => name.textContent)")).containsExactlyInAnyOrder("late", "failing");
        assertThat(cell("queues", "failing", "deadCount")).isEqualTo("2 given up");
        assertThat(cell("queues", "calm", "deadCount")).isEqualTo("empty");
        assertThat(text("$('#queues .alarm[data-slot=oldest]').title")).contains("more than a tenth");
    }

    @Test
    void aStoreThatGoesSaysSoInItsPlaceAndComesBack() throws Exception {
        stores.bucket("pictures", 1, 1).queue("orders", FakeStores.waiting(7));
        open();

        console.withdraw(QueueStore.class);
        browser.await("$('#queues .nothing').textContent === 'No store of queues is there.'");
        assertThat(text("$('#queues table').hidden")).isEqualTo("true");
        assertThat(cell("buckets", "pictures", "objects")).isEqualTo("1");
        console.provide(QueueStore.class, stores.queueStore());
        browser.await("$('#queues .nothing').hidden && $('#queues [data-slot=waiting]').textContent === '7'");

        stores.queues.away = true;
        browser.await("$('#queues .nothing').textContent === 'the database does not answer'");
        stores.blobs.usages.remove("pictures");
        browser.await("$('#buckets tr.mute')");
        assertThat(cell("buckets", "pictures", "owner")).isEqualTo("the disk of pictures does not answer");
        stores.blobs.usages.put("pictures", new Usage(1, 1));
        browser.await("!$('#buckets tr.mute')");
    }

    @Test
    void findsSortsAndRemembersItInItsAddress() throws Exception {
        for (int i = 0; i < 40; i++) {
            stores.queue("queue-" + i, FakeStores.waiting(i));
        }
        open();
        assertThat(text("$$('#queues tbody tr').length")).isEqualTo("12");
        press("$('#queues .pages button:last-child')");
        browser.await("$('#queues .pages span').textContent === '13–24 of 40'");

        press("$('#queues [data-to=size]')");
        browser.await("$('#queues [data-slot=name]').textContent === 'queue-39'");
        assertThat(text("$('#queues [aria-sort]').textContent + $('#queues [aria-sort]').getAttribute('aria-sort')")).isEqualTo("Waitingdescending");
        browser.run("$('#queue-text').value = 'queue-1'; $('#queue-text').dispatchEvent(new Event('input'))");
        browser.await("$$('#queues tbody tr').length === 11 && $('#queues [data-slot=name]').textContent === 'queue-19'");
        browser.run("location.reload()");

        browser.await("$$('#queues tbody tr').length === 11 && $('#queue-text').value === 'queue-1'"
                + " && $('#queues [data-slot=name]').textContent === 'queue-19'");
    }

    @Test
    void nothingThatSomebodyNamedEverRunsAsAScript() throws Exception {
        List<String> payloads = payloads();
        for (String payload : payloads) {
            stores.bucket(payload, 1, 1).queue(payload, FakeStores.waiting(1), Ordering.NONE, Optional.of(payload)).domain(payload, DomainSize.EMPTY);
        }
        open();
        browser.run("window.ran = 0; window.kumikiRan = () => window.ran++; document.addEventListener('securitypolicyviolation',"
                + " event => { window.violated = (window.violated ?? '') + event.violatedDirective + ' ' + event.blockedURI + '; '; })");

        for (String list : List.of("buckets", "queues", "domains")) {
            for (int page = 1; page <= 4; page++) {
                browser.await("$(`#${arguments[0]} .pages span`).textContent.startsWith(arguments[1] + '–')", list, 12 * page - 11);
                for (String name : strings("$$('#" + list + " tbody [data-slot=name]').map(name => name.textContent)")) {
                    assertThat(payloads).contains(name);
                }
                if (page < 4) {
                    press("$('#" + list + " .pages button:last-child')");
                }
            }
        }

        assertThat(browser.run("return window.ran").asInt()).isZero();
        assertThat(browser.run("return window.violated ?? ''").asText()).as("nothing even tried to").isEmpty();
    }

    @Test
    void fitsIntoNarrowAndWideWindows() throws Exception {
        String longName = "a-name-that-is-so-long-that-nobody-would-give-it-except-one-who-wants-to-see-what-happens";
        stores.bucket(longName, 1, 1).queue(longName, FakeStores.waiting(1), Ordering.GROUPS, Optional.of(longName)).domain(longName, DomainSize.EMPTY);
        for (int width : new int[] { 1280, 1600 }) {
            browser.forget();
            browser.resize(width, 1000);
            open();
            assertThat(browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth").asInt())
                    .as("sideways at " + width).isZero();
        }
    }
}
