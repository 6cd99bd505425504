package org.kumiki.api.migration;

import java.util.List;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Directs a migration while it goes on. A pure function from what has been seen so far to what to do next; it may be exchanged in the
 * middle of a migration, because all it needs is in its argument. Called from several threads, with a deadline.
 */
@ConsumerType
public interface MigrationStrategy {

    /**
     * @param order    what is to be done
     * @param progress every report so far, oldest first; empty before the first byte is sent
     */
    MigrationDirective direct(MigrationOrder order, List<MigrationProgress> progress);
}
