package org.kumiki.api.journal;

import java.util.List;
import java.util.function.Consumer;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * An ordered record of facts that survives the process. The latest entry of a kind and key is the truth about it; a store may forget
 * the earlier ones.
 * <p>
 * One engine writes at a time. Calls block, and come from one thread at a time.
 */
@ConsumerType
public interface Journal {

    /**
     * Hands over, in ascending order of their sequence numbers, the latest entry of each kind and key that has not been removed.
     *
     * @throws JournalException if the store is damaged, or another engine holds it
     */
    void replay(Consumer<Entry> reader);

    /**
     * Adds entries, all or none. When it returns they are on stable storage, and a crash or a power cut does not take them back.
     *
     * @throws JournalException if they could not be made durable; none of them is then handed over by a later replay
     */
    void append(List<Entry> entries);
}
