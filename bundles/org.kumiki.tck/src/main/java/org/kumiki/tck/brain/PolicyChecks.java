package org.kumiki.tck.brain;

import static org.kumiki.tck.brain.BrainTck.expect;

import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;

/** What every policy must do. */
final class PolicyChecks {

    private static final int SCENES = 100;
    /** Hours after which a datacenter in which nothing happens is as a policy wants it. */
    private static final int PATIENCE = 48;

    private PolicyChecks() {
    }

    static List<BrainCheck<Policy>> all() {
        return List.of(new BrainCheck<>("answers every question", PolicyChecks::answers),
                new BrainCheck<>("plans nothing that breaks a rule", PolicyChecks::keepsRules),
                new BrainCheck<>("makes the same plan of the same datacenter", PolicyChecks::repeats),
                new BrainCheck<>("plans nothing in an empty datacenter", PolicyChecks::empty),
                new BrainCheck<>("comes to rest where nothing changes", PolicyChecks::comesToRest),
                new BrainCheck<>("plans for a thousand hosts", PolicyChecks::large));
    }

    private static List<Scene> scenes() {
        List<Scene> scenes = new ArrayList<>();
        for (long seed = 0; seed < SCENES; seed++) {
            scenes.add(new Scene(seed, (int) (seed % 25), 80));
        }
        return scenes;
    }

    private static Plan ask(Policy policy, Scene scene) {
        Plan plan = policy.plan(scene.view(), scene);
        expect(plan != null, "it answered null");
        return plan;
    }

    private static void answers(Policy policy) {
        for (Scene scene : scenes()) {
            Plan plan = ask(policy, scene);
            expect(!plan.reason().isBlank(), "it gave no reason for " + plan.steps());
        }
    }

    private static void keepsRules(Policy policy) {
        int number = 0;
        for (Scene scene : scenes()) {
            play(ask(policy, scene), scene, number++);
        }
    }

    private static Course play(Plan plan, Scene scene, int number) {
        Course course = new Course(scene.view());
        for (Plan.Step step : plan.steps()) {
            String objection = course.take(step);
            expect(objection == null, "it planned " + step.action() + ", but " + objection + ": datacenter " + number);
            expect(!step.reason().isBlank(), "it gave no reason for " + step.action());
        }
        return course;
    }

    private static void repeats(Policy policy) {
        List<Plan> first = scenes().stream().map(scene -> ask(policy, scene)).toList();
        List<Scene> again = scenes();
        for (int index = again.size() - 1; index >= 0; index--) { // the other way round, in case something is kept between calls
            Plan second = ask(policy, again.get(index));
            expect(first.get(index).steps().equals(second.steps()), "it planned " + first.get(index).steps() + ", and then " + second.steps());
        }
    }

    private static void empty(Policy policy) {
        expect(ask(policy, new Scene(0, 0, 0)).steps().isEmpty(), "it planned something where there is nothing");
    }

    private static void comesToRest(Policy policy) {
        int number = 0;
        for (Scene scene : scenes()) {
            Plan plan = ask(policy, scene);
            for (int hour = 0; hour < PATIENCE && !plan.steps().isEmpty(); hour++) {
                scene.become(play(plan, scene, number));
                plan = ask(policy, scene);
            }
            expect(plan.steps().isEmpty(), "after " + PATIENCE + " hours in which nothing happened it still wants "
                    + plan.steps() + ": datacenter " + number);
            number++;
        }
    }

    private static void large(Policy policy) {
        Scene scene = new Scene(7, 1_000, 4_000);
        play(ask(policy, scene), scene, 7);
    }
}
