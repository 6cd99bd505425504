package org.kumiki.hypervisor.vsphere;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The raw disks of images on a server's datastores, brought there over HTTP ({@code /folder}): the bytes first, and then the file that says that
 * they are a disk. So what is named by that file is whole. Thread-safe; calls block.
 */
final class ImageDisks {

    private static final Logger LOG = LoggerFactory.getLogger(ImageDisks.class);

    private final Session session;
    private final Places places;
    private final Settings settings;
    private final ReentrantLock bringing = new ReentrantLock();

    ImageDisks(Session session, Places places, Settings settings) {
        this.session = session;
        this.places = places;
        this.settings = settings;
    }

    /**
     * Brings an image to a datastore, unless it is there.
     *
     * @return its disk, as the server calls it
     */
    String bring(String image, Source.RawDisk source, Places.Store store) throws IOException, InterruptedException {
        bringing.lockInterruptibly();
        try {
            if (!isThere(image, store)) {
                upload(image, source.file(), store);
            }
            return file(image, store, ".vmdk");
        } finally {
            bringing.unlock();
        }
    }

    private void upload(String image, Path file, Places.Store store) throws IOException, InterruptedException {
        if (!Files.isRegularFile(file)) {
            throw new HypervisorException(Reason.UNAVAILABLE, "the disk of the image " + image + " is no file: " + file);
        }
        long bytes = Files.size(file);
        if (bytes == 0 || bytes % Vmdk.SECTOR != 0) {
            throw new HypervisorException(Reason.REFUSED, file + " is no raw disk: its " + bytes + " bytes are no multiple of " + Vmdk.SECTOR);
        }
        makeDirectory(image, store);
        LOG.info("bringing the image {} ({} MiB) to the datastore {} of {}", image, bytes >> 20, store.name(), settings.name());
        put(image, store, "-flat.vmdk", BodyPublishers.ofFile(file));
        put(image, store, ".vmdk", BodyPublishers.ofString(Vmdk.descriptor(image + "-flat.vmdk", bytes)));
    }

    private void makeDirectory(String image, Places.Store store) throws IOException, InterruptedException {
        try {
            session.call(session.content().fileManager(), "MakeDirectory", Element.text("name", "[" + store.name() + "] " + directory(image)),
                    Element.ref("datacenter", places.site().datacenter()), Element.text("createParentDirectories", true));
        } catch (VimFault e) {
            if (!e.is("FileAlreadyExists")) {
                throw e;
            }
        }
    }

    private void put(String image, Places.Store store, String ending, BodyPublisher bytes) throws IOException, InterruptedException {
        int status = send(request(image, store, ending).PUT(bytes).timeout(settings.toCopy()));
        if (status / 100 != 2) {
            throw new IOException(settings.name() + " does not take " + file(image, store, ending) + ": HTTP status " + status);
        }
    }

    private boolean isThere(String image, Places.Store store) throws IOException, InterruptedException {
        int status = send(request(image, store, ".vmdk").method("HEAD", BodyPublishers.noBody()).timeout(settings.patience()));
        return switch (status) {
            case 200 -> true;
            case 404 -> false;
            default -> throw new IOException(settings.name() + " does not say whether it has " + file(image, store, ".vmdk") + ": HTTP status "
                    + status);
        };
    }

    private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        session.call(Duration.ofSeconds(30), new Ref("ServiceInstance", "ServiceInstance"), "CurrentTime"); // logs in again if that must be
        session.vim().cookie().ifPresent(cookie -> request.header("Cookie", cookie));
        return session.vim().http().send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    private HttpRequest.Builder request(String image, Places.Store store, String ending) throws IOException, InterruptedException {
        String path = "/folder/" + directory(image) + "/" + image + ending;
        return HttpRequest.newBuilder(URI.create("https://" + session.vim().url().getAuthority() + path
                + "?dcPath=" + URLEncoder.encode(places.site().path(), UTF_8) + "&dsName=" + URLEncoder.encode(store.name(), UTF_8)));
    }

    /** Removes an image that was brought. */
    void remove(String image, Places.Store store) throws IOException, InterruptedException {
        if (isThere(image, store)) {
            session.run(session.content().fileManager(), "DeleteDatastoreFile_Task",
                    Element.text("name", "[" + store.name() + "] " + directory(image)), Element.ref("datacenter", places.site().datacenter()));
        }
    }

    private String directory(String image) {
        return settings.folder() + "-images/" + image;
    }

    private String file(String image, Places.Store store, String ending) {
        return "[" + store.name() + "] " + directory(image) + "/" + image + ending;
    }
}
