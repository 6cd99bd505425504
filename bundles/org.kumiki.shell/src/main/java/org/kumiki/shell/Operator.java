package org.kumiki.shell;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.kumiki.api.command.Command;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.InstanceId;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Whoever sits at the shell: owner of the datacenter, who waits for answers, and for none too long. */
@Component(service = Operator.class)
public class Operator {

    private final Duration patience;
    private final InstantSource clock;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    volatile Datacenter datacenter;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    volatile Identity identity;

    @Activate
    public Operator() {
        this(Duration.ofSeconds(30), InstantSource.system());
    }

    Operator(Duration patience, InstantSource clock) {
        this.patience = patience;
        this.clock = clock;
    }

    /** The datacenter, if it is there. */
    Datacenter datacenter() {
        Datacenter present = datacenter;
        if (present == null) {
            throw new CommandFailedException("the datacenter is not there; scr:list shows what it waits for");
        }
        return present;
    }

    /** By the clock on the wall: the inventory's own time stands still while nothing changes. */
    Instant now() {
        return clock.instant();
    }

    Inventory inventory() {
        return datacenter().inventory();
    }

    <R> R submit(Command<R> command) {
        return await(datacenter().submit(caller(), command));
    }

    /** For what may take minutes: empty if there is no answer as long as one waits, in which case it goes on. */
    <R> Optional<R> submitAndGlance(Command<R> command) {
        return glance(datacenter().submit(caller(), command));
    }

    List<MigrationProgress> progress(InstanceId instance) {
        return datacenter().progress(instance);
    }

    List<Foreseen> forecasts() {
        return datacenter().forecasts(caller());
    }

    ConsoleOutput console(InstanceId instance) {
        return await(datacenter().console(caller(), instance));
    }

    private Caller caller() {
        Identity accounts = identity;
        if (accounts == null) {
            throw new CommandFailedException("there are no accounts; the log says what is wrong with identity/accounts.ini");
        }
        return new Caller(accounts.root().id(), true, "shell");
    }

    <R> R await(CompletionStage<R> stage) {
        return glance(stage).orElseThrow(() -> new CommandFailedException("no answer within " + patience.toSeconds()
                + " s; it may still be done: look before you ask again"));
    }

    private <R> Optional<R> glance(CompletionStage<R> stage) {
        try {
            return Optional.of(stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted; it may still be done: look before you ask again", e);
        }
    }

    private static CommandFailedException failure(Throwable cause) {
        if (cause instanceof DatacenterException refusal) {
            String next = Advice.after(refusal);
            return new CommandFailedException(refusal.getMessage() + (next.isEmpty() ? "" : "; " + next), refusal);
        }
        return new CommandFailedException("it failed: " + cause + "; the log tells more", cause);
    }
}
