package org.kumiki.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.model.Technology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets plug-ins of a kind in: at once, or when somebody has found that they do what all of them must. Thread-safe.
 *
 * @param <E> who finds that out
 */
final class Examinations<E> {

    private static final Logger AUDIT = LoggerFactory.getLogger("org.kumiki.audit");

    /** How somebody is asked. */
    @FunctionalInterface
    interface Asking<E> {

        /** What is wrong with a plug-in of a bundle; empty if nothing is. */
        CompletionStage<Optional<String>> examine(E examiner, Object plugIn, String bundle);
    }

    /** What becomes of a plug-in that is not examined, or fails. */
    enum Mode {
        /** None is examined. */
        OFF,
        /** All are used at once, and what is wrong with them is said. */
        WARN,
        /** None is used before it has passed. */
        REQUIRE
    }

    /** A plug-in that is present. Its fields change under the lock of the examinations. */
    private final class Candidate {

        private final String kind;
        private final String name;
        private final Object service;
        private final Origin origin;
        private final Runnable use;
        private final Runnable leave;
        private Optional<E> examiner = Optional.empty();
        private boolean waits = true;
        private boolean refused;
        private String note = "is to be examined, and nobody is there who does";

        private Candidate(Object service, String kind, String name, Origin origin, Runnable use, Runnable leave) {
            this.kind = kind;
            this.name = name;
            this.service = service;
            this.origin = origin;
            this.use = use;
            this.leave = leave;
        }
    }

    private final Mode mode;
    private final Asking<E> asking;
    private final List<E> examiners = new CopyOnWriteArrayList<>();
    private final Map<Object, Candidate> candidates = new IdentityHashMap<>();

    Examinations(Mode mode, Asking<E> asking) {
        this.mode = mode;
        this.asking = asking;
    }

    /**
     * A plug-in has come.
     *
     * @param kind  what it is, in one word
     * @param name  its name among those of its kind, if it does not say that itself
     * @param use   lets it in
     * @param leave puts it out; it is no error if it is not in
     */
    void add(Object service, String kind, String name, Origin origin, Runnable use, Runnable leave) {
        if (mode != Mode.REQUIRE) {
            use.run();
        }
        if (mode != Mode.OFF) {
            Candidate candidate = new Candidate(service, kind, name, origin, use, leave);
            synchronized (this) {
                candidates.put(service, candidate);
            }
            examiners.stream().findFirst().ifPresent(examiner -> examine(List.of(candidate), examiner));
        }
    }

    void remove(Object service) {
        Candidate gone;
        synchronized (this) {
            gone = candidates.remove(service);
        }
        if (gone != null) {
            gone.leave.run();
        }
    }

    void addExaminer(E examiner) {
        examiners.add(examiner);
        List<Candidate> waiting;
        synchronized (this) {
            waiting = candidates.values().stream().filter(candidate -> candidate.examiner.isEmpty()).toList();
        }
        examine(waiting, examiner);
    }

    /** What it was examining the next one begins anew. */
    void removeExaminer(E examiner) {
        examiners.remove(examiner);
        List<Candidate> left = new ArrayList<>();
        synchronized (this) {
            for (Candidate candidate : candidates.values()) {
                if (candidate.waits && candidate.examiner.equals(Optional.of(examiner))) {
                    candidate.examiner = Optional.empty();
                    left.add(candidate);
                }
            }
        }
        examiners.stream().findFirst().ifPresent(next -> examine(left, next));
    }

    private void examine(Collection<Candidate> some, E examiner) {
        for (Candidate candidate : some) {
            synchronized (this) {
                if (candidate.examiner.isPresent()) {
                    continue;
                }
                candidate.examiner = Optional.of(examiner);
                candidate.note = "is being examined; kumiki:tck shows how far that is";
            }
            asking.examine(examiner, candidate.service, candidate.origin.toString())
                    .whenComplete((wrong, failure) -> examined(candidate, examiner,
                            failure == null ? wrong : Optional.of("it could not be examined: " + Drivers.unwrapped(failure))));
        }
    }

    private void examined(Candidate candidate, E examiner, Optional<String> wrong) {
        synchronized (this) {
            if (candidates.get(candidate.service) != candidate || !candidate.examiner.equals(Optional.of(examiner))) {
                return; // it has gone, or somebody else examines it by now
            }
            candidate.waits = false;
            candidate.refused = wrong.isPresent();
            candidate.note = wrong.orElse("");
        }
        if (wrong.isPresent()) {
            String verdict = mode == Mode.REQUIRE ? "is refused" : "is used, and does not do all it must";
            AUDIT.error("{} {} {}: {}", candidate.kind, candidate.origin, verdict, wrong.get());
        } else {
            AUDIT.info("{} {} does all that it must", candidate.kind, candidate.origin);
            letIn(candidate);
        }
    }

    private void letIn(Candidate candidate) {
        if (mode == Mode.REQUIRE) {
            candidate.use.run();
            boolean gone;
            synchronized (this) {
                gone = candidates.get(candidate.service) != candidate;
            }
            if (gone) {
                candidate.leave.run();
            }
        }
    }

    /** The plug-ins that are present and not used. */
    synchronized List<PlugIn> plugIns() {
        return mode != Mode.REQUIRE ? List.of()
                : candidates.values().stream().filter(candidate -> candidate.waits || candidate.refused).map(this::plugIn).toList();
    }

    private PlugIn plugIn(Candidate candidate) {
        Optional<Technology> technology = technology(candidate.service);
        return new PlugIn(candidate.kind, technology.map(Technology::name).orElse(candidate.name), candidate.origin.toString(),
                candidate.refused ? PlugIn.State.QUARANTINED : PlugIn.State.STANDBY, candidate.note, technology, 0, 0);
    }

    /** Nobody knows yet whether it can say that much. */
    private static Optional<Technology> technology(Object service) {
        try {
            return Optional.ofNullable(service instanceof BlockingHypervisor blocking ? blocking.technology()
                    : service instanceof Hypervisor hypervisor ? hypervisor.technology() : null);
        } catch (RuntimeException e) {
            AUDIT.debug("a driver that is not let in does not say what it is", e);
            return Optional.empty();
        }
    }
}
