package org.kumiki.storage.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The versions of a key, from the latest to the first; never none. A change makes another one. */
record Versions(List<Version> all) {

    Versions {
        all = List.copyOf(all);
    }

    Version latest() {
        return all.get(0);
    }

    boolean isLatest(Version version) {
        return latest().id().equals(version.id());
    }

    Optional<Version> find(String id) {
        return all.stream().filter(version -> version.id().equals(id)).findFirst();
    }

    /** Those before one, which may be gone. Then its identifier tells when it came; if it does not, they are all given rather than too few. */
    List<Version> after(String id) {
        if (find(id).isPresent()) {
            return all.stream().dropWhile(version -> !version.id().equals(id)).skip(1).toList();
        }
        return VersionIds.time(id).map(time -> all.stream().filter(version -> version.modified() < time).toList()).orElse(all);
    }

    /** With one more, in front of all that are not like it. */
    static Versions with(Optional<Versions> before, Version version) {
        List<Version> all = new ArrayList<>();
        all.add(version);
        before.ifPresent(versions -> versions.all.stream().filter(each -> !each.id().equals(version.id())).forEach(all::add));
        return new Versions(all);
    }

    /** Nothing, if there is no other one. */
    Optional<Versions> without(String id) {
        List<Version> others = all.stream().filter(version -> !version.id().equals(id)).toList();
        return others.isEmpty() ? Optional.empty() : Optional.of(new Versions(others));
    }

    Versions replaced(Version version) {
        return new Versions(all.stream().map(each -> each.id().equals(version.id()) ? version : each).toList());
    }
}
