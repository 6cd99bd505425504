package org.kumiki.aws.s3;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Listing;
import org.kumiki.api.blob.Query;

/** All versions in a bucket, key by key, each from the latest to the first. They are listed page by page, however many there are. */
final class AllVersions implements Iterator<Blob> {

    private static final int PAGE = 1000;

    private final BlobStore store;
    private final String bucket;
    private final Runnable betweenPages;
    private Iterator<Blob> page;
    private Optional<Blob> next;
    private String after;
    private String afterVersion = "";
    private boolean more = true;

    /** @param after only keys after this one; empty for all */
    AllVersions(BlobStore store, String bucket, String after, Runnable betweenPages) {
        this.store = store;
        this.bucket = bucket;
        this.betweenPages = betweenPages;
        this.after = after;
        turn();
        next = advance();
    }

    private void turn() {
        Listing listing = store.list(bucket, new Query("", "", after, afterVersion, PAGE, true));
        page = listing.blobs().iterator();
        more = listing.truncated();
        after = listing.last();
        afterVersion = listing.lastVersion();
    }

    private Optional<Blob> advance() {
        while (!page.hasNext() && more) {
            betweenPages.run();
            turn();
        }
        return page.hasNext() ? Optional.of(page.next()) : Optional.empty();
    }

    @Override
    public boolean hasNext() {
        return next.isPresent();
    }

    /** What comes next, without going there. */
    Optional<Blob> peek() {
        return next;
    }

    @Override
    public Blob next() {
        Blob blob = next.orElseThrow(NoSuchElementException::new);
        next = advance();
        return blob;
    }
}
