package org.kumiki.api.twin;

import java.util.concurrent.CompletionStage;

import org.osgi.annotation.versioning.ProviderType;

/** A question that is being answered. Thread-safe. */
@ProviderType
public interface WhatIfRun {

    WhatIf question();

    /** How far it is, from 0 to 1. */
    double done();

    /**
     * The answer. It fails with an {@link IllegalStateException} that says what is wrong if a brain throws or does not answer, with an
     * {@link IllegalArgumentException} if something is asked for that there is not, and with a {@link java.util.concurrent.CancellationException}
     * if it was cancelled, or took too long.
     */
    CompletionStage<WhatIfReport> report();

    void cancel();
}
