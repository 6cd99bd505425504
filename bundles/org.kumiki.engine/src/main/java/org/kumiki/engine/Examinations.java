package org.kumiki.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.DriverExaminer;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.model.Technology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets drivers in: at once, or when somebody has found that they do what every driver must. Thread-safe. */
final class Examinations {

    private static final Logger AUDIT = LoggerFactory.getLogger("org.kumiki.audit");

    /** What becomes of a driver that is not examined, or fails. */
    enum Mode {
        /** None is examined. */
        OFF,
        /** All are used at once, and what is wrong with them is said. */
        WARN,
        /** None is used before it has passed. */
        REQUIRE
    }

    /** A driver that is present. Its fields change under the lock of the examinations. */
    private static final class Candidate {

        private final Object service;
        private final Origin origin;
        private final Runnable use;
        private final Runnable leave;
        private Optional<DriverExaminer> examiner = Optional.empty();
        private boolean waits = true;
        private boolean refused;
        private String note = "is to be examined, and nobody is there who does";

        private Candidate(Object service, Origin origin, Runnable use, Runnable leave) {
            this.service = service;
            this.origin = origin;
            this.use = use;
            this.leave = leave;
        }
    }

    private final Mode mode;
    private final List<DriverExaminer> examiners = new CopyOnWriteArrayList<>();
    private final Map<Object, Candidate> candidates = new IdentityHashMap<>();

    Examinations(Mode mode) {
        this.mode = mode;
    }

    /**
     * A driver has come.
     *
     * @param use   lets it in
     * @param leave puts it out; it is no error if it is not in
     */
    void add(Object service, Origin origin, Runnable use, Runnable leave) {
        if (mode != Mode.REQUIRE) {
            use.run();
        }
        if (mode != Mode.OFF) {
            Candidate candidate = new Candidate(service, origin, use, leave);
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

    void add(DriverExaminer examiner) {
        examiners.add(examiner);
        List<Candidate> waiting;
        synchronized (this) {
            waiting = candidates.values().stream().filter(candidate -> candidate.examiner.isEmpty()).toList();
        }
        examine(waiting, examiner);
    }

    /** What it was examining the next one begins anew. */
    void remove(DriverExaminer examiner) {
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

    private void examine(Collection<Candidate> some, DriverExaminer examiner) {
        for (Candidate candidate : some) {
            synchronized (this) {
                if (candidate.examiner.isPresent()) {
                    continue;
                }
                candidate.examiner = Optional.of(examiner);
                candidate.note = "is being examined; kumiki:tck shows how far that is";
            }
            examiner.examine(candidate.service, candidate.origin.toString())
                    .whenComplete((wrong, failure) -> examined(candidate, examiner,
                            failure == null ? wrong : Optional.of("it could not be examined: " + Drivers.unwrapped(failure))));
        }
    }

    private void examined(Candidate candidate, DriverExaminer examiner, Optional<String> wrong) {
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
            AUDIT.error("driver {} {}: {}", candidate.origin, verdict, wrong.get());
        } else {
            AUDIT.info("driver {} does all that a driver must", candidate.origin);
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

    /** The drivers that are present and not used. */
    synchronized List<PlugIn> plugIns() {
        return mode != Mode.REQUIRE ? List.of()
                : candidates.values().stream().filter(candidate -> candidate.waits || candidate.refused).map(Examinations::plugIn).toList();
    }

    private static PlugIn plugIn(Candidate candidate) {
        Optional<Technology> technology = technology(candidate.service);
        return new PlugIn("hypervisor", technology.map(Technology::name).orElse(candidate.origin.symbolicName()), candidate.origin.toString(),
                candidate.refused ? PlugIn.State.QUARANTINED : PlugIn.State.STANDBY, candidate.note, technology, 0, 0);
    }

    /** Nobody knows yet whether it can say that much. */
    private static Optional<Technology> technology(Object service) {
        try {
            return Optional.ofNullable(
                    service instanceof BlockingHypervisor blocking ? blocking.technology() : ((Hypervisor) service).technology());
        } catch (RuntimeException e) {
            AUDIT.debug("a driver that is not let in does not say what it is", e);
            return Optional.empty();
        }
    }
}
