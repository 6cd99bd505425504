package org.kumiki.api.datacenter;

import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.command.Command;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.policy.RehearsalReport;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The datacenter, for everybody who is not a part of it. Thread-safe; nothing here blocks.
 */
@ProviderType
public interface Datacenter {

    /** Everything, as it is now. Costs nothing; take it once and read from that. */
    Inventory inventory();

    /**
     * Asks for a change.
     *
     * @return completes when the change is durable and {@link #inventory()} shows it; fails with a {@link DatacenterException}, and then
     *         nothing has changed
     */
    <R> CompletionStage<R> submit(Caller caller, Command<R> command);

    /** What an instance wrote to its console; of the caller's own instances only. */
    CompletionStage<ConsoleOutput> console(Caller caller, InstanceId instance);

    /**
     * How far the move of an instance is: the latest reports, oldest first. They are kept until the next move or for an hour, and end with the
     * platform.
     */
    List<MigrationProgress> progress(InstanceId instance);

    /**
     * How far what is under way with a thing is, in percent: a snapshot that is being kept, or what is transferred. It ends with the platform.
     *
     * @param thing a {@link org.kumiki.api.model.SnapshotId} or a {@link org.kumiki.api.model.TransferId}
     */
    OptionalInt percent(Object thing);

    /**
     * What was foreseen of the latest starts, stops and moves, beside what happened, the oldest first. They outlast the platform.
     *
     * @param caller is answered those of its own instances, and nothing of what hosts carry; an operator is answered all
     */
    default List<Foreseen> forecasts(Caller caller) {
        return List.of();
    }

    /** The latest plan of each policy that is present and wanted something, and how far it is. They end with the platform. */
    List<PlanReport> plans();

    /** How the policies do that were given a role. */
    List<RehearsalReport> rehearsals();

    /**
     * Asks the brain that made a decision the same question once more, on what it saw then; nothing comes of it. What brains saw is remembered
     * for the latest decisions, and ends with the platform.
     *
     * @return fails with a {@link DatacenterException} if the decision, what was seen, or the brain is not there any more, or if it was a
     *         person's
     */
    CompletionStage<Replay> replay(long decision);

    /** What was measured of hosts and instances. It outlasts the platform. */
    History history();

    /** The plug-ins that are there, of every kind, and how each is doing. */
    List<PlugIn> plugIns();

    /** Where this datacenter is: its region, in the sense of EC2, and its one zone. */
    Region region();
}
