package org.kumiki.table.log;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.table.Domain;
import org.kumiki.api.table.DomainId;
import org.kumiki.api.table.DomainSize;
import org.kumiki.api.table.Expectation;
import org.kumiki.api.table.Item;
import org.kumiki.api.table.ItemChange;
import org.kumiki.api.table.Position;
import org.kumiki.api.table.Query;
import org.kumiki.api.table.TableException;
import org.kumiki.api.table.TableException.Reason;
import org.kumiki.api.table.TableStore;
import org.kumiki.api.table.Taker;
import org.kumiki.table.log.Change.DomainGone;
import org.kumiki.table.log.Change.DomainMade;
import org.kumiki.table.log.Change.ItemsSet;
import org.kumiki.wal.Disk;
import org.kumiki.wal.Options;
import org.kumiki.wal.WriteAheadLog;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Keeps items in memory, and what changes them in a log. A change is decided on under the locks of its items, and is durable and carried out before
 * they are left; and so are those that are decided on under other locks meanwhile, with one flush for all.
 */
@Component(configurationPid = LogTableStore.PID, immediate = true, service = TableStore.class)
@Designate(ocd = Config.class)
public final class LogTableStore implements TableStore {

    static final String PID = "org.kumiki.table.log";

    private final Tables tables = new Tables();
    private final Locks locks = new Locks();
    private final Clock clock = Clock.systemUTC();
    private final WriteAheadLog<Change> log;
    private final AtomicLong lastNumber;
    private final long domainBytes;
    private final long memory;

    @Activate
    public LogTableStore(BundleContext context, Config config) throws IOException {
        this(directory(context, config.directory()), Disk.REAL, bytes(Math.max(1, config.segmentMiB())), bytes(Math.max(1, config.domainMiB())),
                config.memoryMiB() > 0 ? bytes(config.memoryMiB()) : Runtime.getRuntime().maxMemory() / 2);
    }

    /**
     * @param segmentBytes after how many bytes a segment of the log is long enough
     * @param domainBytes  so many a domain may have
     * @param memory       so many bytes all domains may take
     */
    LogTableStore(Path directory, Disk disk, long segmentBytes, long domainBytes, long memory) throws IOException {
        this.domainBytes = domainBytes;
        this.memory = memory;
        // Only threads wait for what is appended.
        log = WriteAheadLog.open(new Options("kumiki-tables", directory, disk, segmentBytes, Runnable::run), new ChangeCodec(), tables);
        lastNumber = new AtomicLong(tables.lastNumber());
    }

    private static long bytes(int mebibytes) {
        return (long) mebibytes << 20;
    }

    private static Path directory(BundleContext context, String configured) {
        Path data = Path.of(Optional.ofNullable(context.getProperty("kumiki.data")).orElse("data"));
        return (configured.isBlank() ? data.resolve("tables") : Path.of(configured)).toAbsolutePath();
    }

    @Deactivate
    void close() throws IOException {
        log.close();
    }

    @Override
    public Domain create(DomainId id) {
        locks.ofDomain(id, () -> {
            if (tables.table(id).isEmpty()) {
                commit(new DomainMade(lastNumber.incrementAndGet(), id, clock.instant()));
            }
        });
        return require(id).domain();
    }

    @Override
    public void delete(DomainId id) {
        locks.ofDomain(id, () -> tables.table(id).ifPresent(table -> commit(new DomainGone(table.number()))));
    }

    @Override
    public Optional<Domain> domain(DomainId id) {
        return tables.table(id).map(Table::domain);
    }

    @Override
    public List<Domain> domains(AccountId owner) {
        return tables.tables(owner).stream().map(Table::domain).toList();
    }

    @Override
    public List<Domain> domains() {
        return tables.tables().stream().map(Table::domain).toList();
    }

    @Override
    public DomainSize size(DomainId id) {
        return require(id).size();
    }

    @Override
    public Optional<Item> item(DomainId id, String name) {
        return require(id).item(name);
    }

    @Override
    public Optional<Position> select(DomainId id, Query query, Taker taker) {
        return new Selection(require(id), query, taker).run();
    }

    @Override
    public void change(DomainId id, List<ItemChange> changes, Optional<Expectation> expected) {
        locks.ofItems(id, changes.stream().map(ItemChange::item).toList(), () -> {
            Table table = require(id);
            expected.ifPresent(expectation -> expectation.check(table.item(changes.get(0).item())));
            ItemsSet outcome = outcome(table, changes);
            if (!outcome.set().isEmpty() || !outcome.gone().isEmpty()) {
                commit(outcome);
            }
        });
    }

    /** Without what stays as it is. */
    private ItemsSet outcome(Table table, List<ItemChange> changes) {
        List<Item> set = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        long more = 0;
        for (ItemChange change : changes) {
            Optional<Item> before = table.item(change.item());
            Optional<Item> after = change.appliedTo(before);
            if (after.isPresent() && after.get().size() > Item.MOST_VALUES) {
                throw new TableException(Reason.ITEM_FULL, "the item would have " + after.get().size() + " values");
            }
            if (!after.equals(before)) {
                after.ifPresentOrElse(set::add, () -> gone.add(change.item()));
                more += Table.bytes(after) - Table.bytes(before);
            }
        }
        if (more > 0 && table.size().bytes() + more > domainBytes) {
            throw new TableException(Reason.DOMAIN_FULL, "the domain has " + table.size().bytes() + " bytes, and may have " + domainBytes);
        }
        if (more > 0 && tables.memory() + more > memory) {
            throw new TableException(Reason.FULL, "the items of all domains take " + tables.memory() + " bytes of memory, and may take " + memory
                    + "; give them more (memoryMiB of " + PID + ", and of Java), or delete some");
        }
        return new ItemsSet(table.number(), set, gone);
    }

    private Table require(DomainId id) {
        return tables.table(id).orElseThrow(() -> new TableException(Reason.NO_SUCH_DOMAIN, "there is no domain " + id.name()));
    }

    /** Returns when it is durable, and carried out. */
    private void commit(Change change) {
        try {
            log.append(List.of(change)).join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            throw new TableException(Disk.isFull(cause) ? Reason.FULL : Reason.UNAVAILABLE, "the log of the tables cannot be written: "
                    + cause.getMessage(), cause);
        }
    }
}
