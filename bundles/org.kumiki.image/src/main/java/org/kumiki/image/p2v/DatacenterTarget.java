package org.kumiki.image.p2v;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.command.ImageCommand;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The datacenter, for the owner of it. */
@Component(service = DatacenterTarget.class)
public class DatacenterTarget implements Target {

    private static final long PAUSE_MILLIS = 200;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    volatile Datacenter datacenter;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    volatile Identity identity;

    @Override
    public String register(String name, String description, URI source) throws IOException {
        Identity accounts = identity;
        if (accounts == null) {
            throw new IOException("the datacenter's accounts are not there; try again when they are");
        }
        try {
            return present().submit(new Caller(accounts.root().id(), true, "p2v"), new ImageCommand.Register(name, description, "x86_64", source,
                    Image.Format.RAW, Optional.empty(), Map.of())).toCompletableFuture().join().id().value();
        } catch (CompletionException e) {
            if (e.getCause() instanceof DatacenterException refusal) {
                throw new IOException(refusal.getMessage(), refusal);
            }
            throw e;
        }
    }

    @Override
    public Optional<String> await(String id) throws IOException {
        while (true) {
            Optional<Image> image = present().inventory().images().find(new ImageId(id));
            if (image.isEmpty()) {
                return Optional.of("the image " + id + " is gone");
            }
            if (image.get().state() == Image.State.AVAILABLE) {
                return Optional.empty();
            }
            if (image.get().state() == Image.State.FAILED) {
                return Optional.of("the image " + id + " failed: " + image.get().reason().orElse("nobody says why"));
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    private Datacenter present() throws IOException {
        Datacenter present = datacenter;
        if (present == null) {
            throw new IOException("the datacenter is not there; try again when it is");
        }
        return present;
    }
}
