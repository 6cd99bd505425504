package org.kumiki.storage.contract;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.kumiki.api.table.Condition;
import org.kumiki.api.table.Condition.Operator;
import org.kumiki.api.table.Filter;
import org.kumiki.api.table.ItemChange;
import org.kumiki.api.table.Sorting;

/** Changes and questions by chance, of few names and few texts, so that they meet. */
public final class TableTraffic {

    private static final List<String> ATTRIBUTES = List.of("a", "b", "c", "d");
    private static final List<String> LETTERS = List.of("a", "b", "z", "\u0000", "é", "\uD7FF", "\uFFFD", "\uD83D\uDE00");

    private TableTraffic() {
    }

    /** One that leaves most of what there is. */
    public static ItemChange change(SplittableRandom random) {
        String item = "i" + random.nextInt(150);
        if (random.nextInt(5) == 0) {
            return new ItemChange.Delete(item, some(random, () -> new ItemChange.Removal(attribute(random),
                    random.nextBoolean() ? Optional.empty() : Optional.of(text(random)))));
        }
        boolean several = random.nextInt(3) == 0;
        return new ItemChange.Put(item, Stream.concat(Stream.of(new ItemChange.Assignment("a", text(random), true)),
                some(random, () -> new ItemChange.Assignment(several ? attribute(random) : "d", text(random), !several)).stream()).toList());
    }

    /** @param depth how deep it may be */
    public static Filter filter(SplittableRandom random, int depth) {
        switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0:
                return random.nextInt(4) == 0 ? new Filter.Everything() : new Filter.Present(attribute(random));
            case 1:
                return new Filter.Named(random.nextBoolean() ? new Condition.Like("i1", false, false)
                        : new Condition.Compared(operator(random), "i" + random.nextInt(150)));
            case 2:
                return new Filter.Every(attribute(random), condition(random, 2));
            case 3, 4, 5:
                return new Filter.Some(attribute(random), condition(random, 2));
            case 6:
                return new Filter.Not(filter(random, depth - 1));
            case 7:
                return new Filter.And(some(random, () -> filter(random, depth - 1)));
            default:
                return new Filter.Or(some(random, () -> filter(random, depth - 1)));
        }
    }

    private static Condition condition(SplittableRandom random, int depth) {
        switch (random.nextInt(depth > 0 ? 7 : 4)) {
            case 0:
                return new Condition.Compared(operator(random), text(random));
            case 1:
                return new Condition.Between(text(random), text(random));
            case 2:
                return new Condition.Among(Set.copyOf(some(random, () -> text(random))));
            case 3:
                return new Condition.Like(text(random), random.nextInt(4) == 0, random.nextInt(3) == 0);
            case 4:
                return new Condition.Not(condition(random, depth - 1));
            case 5:
                return new Condition.All(some(random, () -> condition(random, depth - 1)));
            default:
                return new Condition.Any(some(random, () -> condition(random, depth - 1)));
        }
    }

    public static Sorting sorting(SplittableRandom random) {
        return new Sorting(random.nextBoolean() ? Optional.empty() : Optional.of(attribute(random)), random.nextBoolean());
    }

    private static Operator operator(SplittableRandom random) {
        return Operator.values()[random.nextInt(Operator.values().length)];
    }

    private static String attribute(SplittableRandom random) {
        return ATTRIBUTES.get(random.nextInt(ATTRIBUTES.size()));
    }

    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            text.append(LETTERS.get(random.nextInt(LETTERS.size())));
        }
        return text.toString();
    }

    private static <T> List<T> some(SplittableRandom random, Supplier<T> one) {
        return Stream.generate(one).limit(random.nextInt(4)).toList();
    }
}
