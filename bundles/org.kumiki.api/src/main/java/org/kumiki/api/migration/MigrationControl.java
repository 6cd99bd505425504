package org.kumiki.api.migration;

import org.osgi.annotation.versioning.ProviderType;

/** What the engine hands to a driver with an order: reports go in, directives come out. */
@ProviderType
public interface MigrationControl {

    /** Reports progress and learns what to do. Does not block for longer than a strategy may think. */
    MigrationDirective report(MigrationProgress progress);
}
