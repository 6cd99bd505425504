package org.kumiki.image.p2v;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

import org.kumiki.api.model.Image;
import org.kumiki.image.Durable;
import org.kumiki.image.p2v.Takeover.Wish;

/**
 * How far a machine has been taken over, as it is kept in a file: from here it goes on after an interruption.
 *
 * @param name   of the image that is made, and of all of it
 * @param host   the node that is the machine; that of the platform, if it is a disk in a file that is taken over
 * @param format of that file; empty, if it is a machine
 * @param asIs   whether nothing is changed in the copy
 * @param image  that was made
 * @param reason why it does not go on, if it does not
 * @param record what was done, a line each
 */
record State(String name, String host, Wish wish, Optional<Image.Format> format, boolean asIs, Phase phase, Optional<String> image, Optional<String> reason, List<String> record) {

    private static final String FILE = "takeover.properties";

    /** What has been done. */
    enum Phase {
        /** Nothing that would last but what has been copied. */
        COPYING,
        COPIED,
        ADAPTED,
        DONE
    }

    State {
        record = List.copyOf(record);
    }

    State reached(Phase next, List<String> more) {
        List<String> lines = new ArrayList<>(record);
        lines.addAll(more);
        return new State(name, host, wish, format, asIs, next, image, Optional.empty(), lines);
    }

    State of(String newImage) {
        return new State(name, host, wish, format, asIs, phase, Optional.of(newImage), reason, record);
    }

    State failed(String why) {
        return new State(name, host, wish, format, asIs, phase, image, Optional.of(why), record);
    }

    /** Replaces what is in the directory, as a whole. */
    void write(Path directory) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("host", host);
        properties.setProperty("device", wish.device());
        properties.setProperty("snapshot", Boolean.toString(wish.snapshot()));
        properties.setProperty("freeze", Boolean.toString(wish.freeze()));
        properties.setProperty("pauseSeconds", Long.toString(wish.pause().toSeconds()));
        format.ifPresent(of -> properties.setProperty("format", of.name()));
        properties.setProperty("asIs", Boolean.toString(asIs));
        properties.setProperty("phase", phase.name());
        image.ifPresent(id -> properties.setProperty("image", id));
        reason.ifPresent(why -> properties.setProperty("reason", why));
        for (int line = 0; line < record.size(); line++) {
            properties.setProperty("record." + line, record.get(line));
        }
        Path aside = directory.resolve(FILE + ".new");
        try (Writer out = Files.newBufferedWriter(aside)) {
            properties.store(out, null);
        }
        Durable.force(aside);
        Durable.rename(aside, directory.resolve(FILE));
    }

    /** Empty if there is none in this directory. */
    static Optional<State> read(Path directory) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(directory.resolve(FILE))) {
            properties.load(in);
        } catch (NoSuchFileException e) { // not asked beforehand: it may be given up at any moment
            return Optional.empty();
        }
        List<String> record = new ArrayList<>();
        for (int line = 0; properties.containsKey("record." + line); line++) {
            record.add(properties.getProperty("record." + line));
        }
        return Optional.of(new State(directory.getFileName().toString(), properties.getProperty("host"),
                new Wish(properties.getProperty("device"), Boolean.parseBoolean(properties.getProperty("snapshot")),
                        Boolean.parseBoolean(properties.getProperty("freeze")), Duration.ofSeconds(Long.parseLong(properties.getProperty("pauseSeconds")))),
                Optional.ofNullable(properties.getProperty("format")).map(Image.Format::valueOf),
                Boolean.parseBoolean(properties.getProperty("asIs")), Phase.valueOf(properties.getProperty("phase")),
                Optional.ofNullable(properties.getProperty("image")), Optional.ofNullable(properties.getProperty("reason")), record));
    }
}
