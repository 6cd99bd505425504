package org.kumiki.api.command;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;

/** What can be asked of images. */
public sealed interface ImageCommand<R> extends Command<R> {

    /** Fetches an image; it is PENDING at first. */
    record Register(String name, String description, String architecture, URI source, Image.Format format, Optional<String> sha256,
            Map<String, String> tags) implements ImageCommand<Image> {

        public Register {
            tags = Map.copyOf(tags);
        }
    }

    /** Forgets an image; instances that were launched from it stay. */
    record Deregister(ImageId image) implements ImageCommand<Image> {
    }

    /** Says whether every account may launch an image. */
    record Share(ImageId image, boolean shared) implements ImageCommand<Image> {
    }
}
