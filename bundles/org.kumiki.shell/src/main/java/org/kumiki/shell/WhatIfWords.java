package org.kumiki.shell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.kumiki.api.model.HostId;
import org.kumiki.api.twin.Change;

/** The words in which changes are asked for, read from the first to the last. Not thread-safe. */
final class WhatIfWords {

    /** All there is, as a user is told. */
    static final String CHANGES = "with P, without P, replace P Q, launch N [TYPE] [over DURATION], load FACTOR, more N [like HOST], fewer N,"
            + " less HOST,HOST, fail N [at DURATION], fail HOST,HOST [at DURATION]";

    private static final String HOW = "for example: whatif replace balance consolidate, or whatif -a 12h launch 200 t2.small over 4h fail 2 at 6h; "
            + CHANGES;
    private static final Set<String> VERBS = Set.of("with", "without", "replace", "launch", "load", "more", "fewer", "less", "fail");

    private final List<String> words;
    private int next;

    private WhatIfWords(List<String> words) {
        this.words = words;
    }

    /** @throws CommandFailedException if they say nothing that can be done, with what can */
    static List<Change> read(String... words) {
        WhatIfWords all = new WhatIfWords(Arrays.asList(words));
        List<Change> changes = new ArrayList<>();
        while (all.next < words.length) {
            changes.add(all.change());
        }
        return changes;
    }

    private Change change() {
        String verb = words.get(next++);
        try {
            return switch (verb) {
                case "with" -> new Change.With(word(verb));
                case "without" -> new Change.Without(word(verb));
                case "replace" -> new Change.Replaced(word(verb), word(verb));
                case "launch" -> new Change.Launches(number(verb), type(), duration("over"));
                case "load" -> new Change.Load(Double.parseDouble(word(verb)));
                case "more" -> new Change.MoreHosts(number(verb), option("like").map(HostId::new));
                case "fewer" -> new Change.FewerHosts(number(verb));
                case "less" -> new Change.WithoutHosts(hosts(word(verb)));
                case "fail" -> fail(word(verb));
                default -> throw new CommandFailedException("\"" + Text.line(verb) + "\" is no change; " + HOW);
            };
        } catch (NumberFormatException e) {
            throw incomplete(verb);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(e.getMessage(), e);
        }
    }

    private Change fail(String which) {
        return which.matches("[0-9]+") ? new Change.FullestHostsFail(Integer.parseInt(which), duration("at"))
                : new Change.HostsFail(hosts(which), duration("at"));
    }

    private static List<HostId> hosts(String names) {
        return Arrays.stream(names.split(",")).map(HostId::new).toList();
    }

    private int number(String after) {
        return Integer.parseInt(word(after));
    }

    private Duration duration(String word) {
        return option(word).flatMap(Limits::duration).orElse(Duration.ZERO);
    }

    /** What follows a word that may be there. */
    private Optional<String> option(String word) {
        if (next == words.size() || !words.get(next).equals(word)) {
            return Optional.empty();
        }
        next++;
        return Optional.of(word(word));
    }

    /** A type is whatever is neither the next change nor how long this one takes. */
    private Optional<String> type() {
        boolean isThere = next < words.size() && !VERBS.contains(words.get(next)) && !words.get(next).equals("over");
        return isThere ? Optional.of(words.get(next++)) : Optional.empty();
    }

    private String word(String after) {
        if (next == words.size()) {
            throw incomplete(after);
        }
        return words.get(next++);
    }

    private static CommandFailedException incomplete(String after) {
        return new CommandFailedException("after \"" + Text.line(after) + "\" something else belongs; " + HOW);
    }
}
