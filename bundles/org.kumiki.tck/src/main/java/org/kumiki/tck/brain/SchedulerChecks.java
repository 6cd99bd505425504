package org.kumiki.tck.brain;

import static org.kumiki.tck.brain.BrainTck.expect;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.scheduler.Eligibility;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;

/** What every scheduler must do. */
final class SchedulerChecks {

    private static final int SCENES = 150;
    private static final Resources SMALL = new Resources(1, 512, 0, 0);

    /** A question, and a table on which its answer can be played. */
    private record Question(long seed, DatacenterView view, PlacementRequest request) {

        @Override
        public String toString() {
            return "datacenter " + seed + ", " + request;
        }
    }

    private SchedulerChecks() {
    }

    static List<BrainCheck<Scheduler>> all() {
        return List.of(new BrainCheck<>("answers every question", SchedulerChecks::answers),
                new BrainCheck<>("chooses only hosts that may take the guest", SchedulerChecks::chooses),
                new BrainCheck<>("uses all room that there is", SchedulerChecks::usesAllRoom),
                new BrainCheck<>("gives the same answer to the same question", SchedulerChecks::repeats),
                new BrainCheck<>("gives that answer to several who ask at once", SchedulerChecks::isThreadSafe),
                new BrainCheck<>("changes nothing that it is shown", SchedulerChecks::changesNothing),
                new BrainCheck<>("answers in an empty datacenter", SchedulerChecks::empty),
                new BrainCheck<>("tells why hosts are left out", SchedulerChecks::tellsWhy),
                new BrainCheck<>("answers for ten thousand hosts", SchedulerChecks::large));
    }

    private static List<Question> questions() {
        List<Question> questions = new ArrayList<>();
        for (long seed = 0; seed < SCENES; seed++) {
            Scene scene = new Scene(seed, (int) (seed % 40), 120);
            questions.add(new Question(seed, scene.view(), new PlacementRequest(scene.upTo(12), scene.shape(), scene.rules())));
        }
        return questions;
    }

    private static Placement ask(Scheduler scheduler, Question question) {
        Placement placement = scheduler.place(question.view(), question.request());
        expect(placement != null, "it answered null: " + question);
        return placement;
    }

    private static void answers(Scheduler scheduler) {
        for (Question question : questions()) {
            Placement placement = ask(scheduler, question);
            expect(placement.hosts().size() <= question.request().count(), "it chose " + placement.hosts().size() + " hosts: " + question);
            expect(!placement.reason().isBlank(), "it gave no reason: " + question);
        }
    }

    private static void chooses(Scheduler scheduler) {
        for (Question question : questions()) {
            play(question, ask(scheduler, question));
        }
    }

    /** Puts the guests where they were to go, one after the other, as the engine would. */
    private static HostTable play(Question question, Placement placement) {
        PlacementRequest request = question.request();
        PlacementRules rules = request.rules();
        HostTable table = question.view().hosts();
        for (HostId host : placement.hosts()) {
            int row = table.row(host);
            expect(row >= 0, "it chose host " + host + ", which is not there: " + question);
            String refusal = Eligibility.refusal(table, row, request.each(), rules);
            expect(refusal == null, "it chose host " + host + ", which " + refusal + ": " + question);
            HostTable.Editor editor = table.edit().take(row, request.each());
            rules.spreadGroup().ifPresent(group -> editor.group(group, row, true));
            rules.clusterGroup().ifPresent(group -> editor.group(group, row, true));
            table = editor.build();
        }
        return table;
    }

    private static void usesAllRoom(Scheduler scheduler) {
        for (Question question : questions()) {
            Placement placement = ask(scheduler, question);
            if (placement.hosts().size() == question.request().count() || question.request().rules().clusterGroup().isPresent()) {
                continue; // of a group that stays together another host might have taken more, which is a matter of taste
            }
            HostTable table = play(question, placement);
            for (int row = 0; row < table.size(); row++) {
                expect(Eligibility.refusal(table, row, question.request().each(), question.request().rules()) != null,
                        "it chose " + placement.hosts().size() + " hosts, and there was room on " + table.id(row) + ": " + question);
            }
        }
    }

    private static void repeats(Scheduler scheduler) {
        List<Placement> first = questions().stream().map(question -> ask(scheduler, question)).toList();
        List<Question> again = questions();
        for (int index = again.size() - 1; index >= 0; index--) { // the other way round, in case something is kept between calls
            expectSame(first.get(index), ask(scheduler, again.get(index)), again.get(index));
        }
    }

    private static void expectSame(Placement first, Placement second, Question question) {
        expect(first.hosts().equals(second.hosts()), "it chose " + first.hosts() + ", and then " + second.hosts() + ": " + question);
    }

    private static void isThreadSafe(Scheduler scheduler) throws Exception {
        List<Question> questions = questions();
        List<Placement> alone = questions.stream().map(question -> ask(scheduler, question)).toList();
        int threads = 4;
        ExecutorService askers = Executors.newFixedThreadPool(threads);
        try {
            Callable<List<Placement>> all = () -> questions.stream().map(question -> ask(scheduler, question)).toList();
            for (Future<List<Placement>> answers : askers.invokeAll(Collections.nCopies(threads, all))) {
                for (int index = 0; index < questions.size(); index++) {
                    expectSame(alone.get(index), answers.get().get(index), questions.get(index));
                }
            }
        } finally {
            askers.shutdownNow();
        }
    }

    private static void changesNothing(Scheduler scheduler) {
        for (Question question : questions()) {
            HostTable table = question.view().hosts();
            List<String> before = rows(table);
            ask(scheduler, question);
            expect(before.equals(rows(table)), "it changed the hosts that it was shown: " + question);
        }
    }

    private static List<String> rows(HostTable table) {
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < table.size(); row++) {
            rows.add(table.id(row) + " " + table.state(row) + " " + table.guests(row) + " " + table.freeCpus(row) + " " + table.freeMemoryMiB(row));
        }
        return rows;
    }

    private static void empty(Scheduler scheduler) {
        Question question = new Question(0, new Scene(0, 0, 0).view(), new PlacementRequest(3, SMALL, PlacementRules.ANYWHERE));
        expect(ask(scheduler, question).hosts().isEmpty(), "it chose a host where there is none");
    }

    private static void tellsWhy(Scheduler scheduler) {
        for (Question question : questions()) {
            HostTable hosts = question.view().hosts();
            Placement placement = ask(scheduler, question);
            long refused = IntStream.range(0, hosts.size()).filter(row -> hosts.state(row) != HostState.REMOVED)
                    .filter(row -> Eligibility.refusal(hosts, row, question.request().each(), question.request().rules()) != null).count();
            if (refused > 0 && placement.hosts().isEmpty()) {
                expect(!placement.refusals().isEmpty(), "it chose no host, and told of none what is in the way: " + question);
            }
        }
    }

    private static void large(Scheduler scheduler) {
        Scene scene = new Scene(7, 10_000, 1_000);
        Question question = new Question(7, scene.view(), new PlacementRequest(1_000, SMALL, PlacementRules.ANYWHERE));
        Placement placement = ask(scheduler, question);
        expect(placement.hosts().size() == 1_000, "it chose " + placement.hosts().size() + " hosts of ten thousand for a thousand small guests");
        Optional<HostId> unknown = placement.hosts().stream().filter(host -> question.view().hosts().row(host) < 0).findFirst();
        expect(unknown.isEmpty(), "it chose host " + unknown.map(HostId::value).orElse("") + ", which is not there");
    }
}
