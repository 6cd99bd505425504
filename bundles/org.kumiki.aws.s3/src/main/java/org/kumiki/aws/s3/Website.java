package org.kumiki.aws.s3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;

/** A bucket as a website: for everybody, with an index for folders and a page for errors. */
final class Website {

    private final Objects objects;
    private final Finder finder;

    Website(BlobStore store, Objects objects) {
        this.objects = objects;
        this.finder = new Finder(store);
    }

    void get(Exchange exchange) throws IOException {
        if (!exchange.method().equals("GET") && !exchange.method().equals("HEAD")) {
            throw S3Exception.methodNotAllowed();
        }
        Bucket bucket = exchange.bucket();
        Element site = XmlReader.stored(Optional.ofNullable(bucket.attributes().get(Setting.WEBSITE.parameter()))
                .orElseGet(() -> Setting.WEBSITE.otherwise(bucket.name())));
        Optional<Element> elsewhere = site.find("RedirectAllRequestsTo");
        if (elsewhere.isPresent()) {
            String protocol = elsewhere.get().get("Protocol").orElse(exchange.request().getScheme());
            redirect(exchange, 301, protocol + "://" + elsewhere.get().require("HostName") + exchange.request().getRequestURI());
            return;
        }
        String index = site.find("IndexDocument").flatMap(element -> element.get("Suffix")).orElse("index.html");
        String name = exchange.key().isEmpty() || exchange.key().endsWith("/") ? exchange.key() + index : exchange.key();
        try {
            Item item = find(exchange, bucket, name);
            Optional<String> location = Optional.ofNullable(item.headers().get("x-amz-website-redirect-location"));
            if (location.isPresent()) {
                redirect(exchange, 301, location.get());
            } else {
                objects.send(exchange, item, 200);
            }
        } catch (S3Exception e) {
            failed(exchange, bucket, site, index, e);
        }
    }

    private Item find(Exchange exchange, Bucket bucket, String name) {
        return finder.find(exchange, bucket, name, Optional.empty(), "s3:GetObject");
    }

    private void failed(Exchange exchange, Bucket bucket, Element site, String index, S3Exception refusal) throws IOException {
        if (refusal.status() == 404 && !exchange.key().isEmpty() && !exchange.key().endsWith("/") && isThere(exchange, bucket, exchange.key() + "/" + index)) {
            redirect(exchange, 302, exchange.request().getRequestURI() + "/");
            return;
        }
        Optional<String> page = site.find("ErrorDocument").flatMap(element -> element.get("Key")).filter(name -> isThere(exchange, bucket, name));
        if (refusal.status() < 400 || refusal.status() == 412) {
            throw refusal;
        }
        if (page.isPresent()) {
            objects.send(exchange, find(exchange, bucket, page.get()), refusal.status());
            return;
        }
        String text = "<html><head><title>" + refusal.status() + "</title></head><body><h1>" + refusal.status() + " " + refusal.code() + "</h1></body></html>";
        exchange.answer(refusal.status(), "text/html;charset=UTF-8", text.getBytes(StandardCharsets.UTF_8));
    }

    private boolean isThere(Exchange exchange, Bucket bucket, String name) {
        try {
            find(exchange, bucket, name);
            return true;
        } catch (S3Exception e) {
            return false;
        }
    }

    private static void redirect(Exchange exchange, int status, String location) {
        exchange.set("Location", location.replaceAll("[\r\n]", ""));
        exchange.answer(status);
    }
}
