package org.kumiki.storage.file;

import java.util.ArrayList;
import java.util.List;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What an operator does with the blobs of this machine. */
@GogoCommand(scope = "kumiki", function = "scrub")
@Component(service = BlobCommands.class)
public class BlobCommands {

    private final FileBlobStore store;

    @Activate
    public BlobCommands(@Reference FileBlobStore store) {
        this.store = store;
    }

    @Descriptor("reads all blobs, and lists those that are not as they were put")
    public String scrub(CommandSession session) {
        Scrub.Progress done = store.scrub().run(progress -> session.getConsole().println(line(progress)));
        List<String> lines = new ArrayList<>();
        done.defects().forEach(defect -> lines.add(clean(defect.bucket()) + "  " + clean(defect.key()) + "  " + defect.version() + "  "
                + defect.message()));
        lines.add(line(done));
        return String.join("\n", lines);
    }

    private static String line(Scrub.Progress progress) {
        return "%d blobs with %d MiB read, %d corrupt".formatted(progress.blobs(), progress.bytes() >> 20, progress.defects().size());
    }

    /** Clients name keys: what would steer a terminal does not reach one. */
    private static String clean(String text) {
        return text.replaceAll("\\p{C}", "?");
    }
}
