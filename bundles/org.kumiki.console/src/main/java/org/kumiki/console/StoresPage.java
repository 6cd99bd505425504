package org.kumiki.console;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

import org.apache.felix.webconsole.servlet.ServletConstants;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.BucketReader;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.table.TableStore;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * The page Stores: buckets, queues and domains of all accounts, and how much is in them. It changes nothing.
 *
 * <ul>
 * <li>{@code GET kumiki-stores} the page
 * <li>{@code GET kumiki-stores.json} the {@link Stores}; parameters: for each of {@code bucket}, {@code queue} and {@code domain} an
 * {@link Ask}. Answers 304 to who has it already.
 * </ul>
 *
 * A store that goes, or fails, takes its own part of the page with it and no other.
 */
@Component(service = Servlet.class, property = {
        ServletConstants.PLUGIN_LABEL + "=" + StoresPage.LABEL,
        ServletConstants.PLUGIN_TITLE + "=%stores.title",
        ServletConstants.PLUGIN_CATEGORY + "=Kumiki",
        ServletConstants.PLUGIN_CSS_REFERENCES + "=/" + StoresPage.LABEL + "/res/frame.css" })
public class StoresPage extends JsonPage {

    static final String LABEL = "kumiki-stores";

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private transient volatile BlobStore blobs;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private transient volatile List<BucketReader> readers;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private transient volatile QueueStore queues;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private transient volatile TableStore tables;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private transient volatile Identity identity;

    @Activate
    public StoresPage() {
        super(LABEL, "/page/stores.html");
    }

    @Override
    Object read(String path, HttpServletRequest request, HttpServletResponse response) {
        if (!path.equals(LABEL + ".json")) {
            throw new Refusal(HttpServletResponse.SC_NOT_FOUND, "There is no " + path + ".");
        }
        Stores stores = stores(request::getParameter);
        return has(stores.state(), request, response) ? null : stores.at(Instant.now());
    }

    private Stores stores(UnaryOperator<String> parameters) {
        Optional<Identity> accounts = Optional.ofNullable(identity);
        return new Stores(0,
                Optional.ofNullable(blobs).map(store -> part(new Buckets(store, readers, accounts), parameters, "bucket")).orElse(Part.away(null)),
                Optional.ofNullable(queues).map(store -> accounts
                        .map(known -> part(new Queues(store, known), parameters, "queue"))
                        .orElse(Part.away("Nobody is there who knows the accounts."))).orElse(Part.away(null)),
                Optional.ofNullable(tables).map(store -> part(new Domains(store, accounts), parameters, "domain")).orElse(Part.away(null)));
    }

    private static <T> Part<T> part(Shelf<?, ?, T> shelf, UnaryOperator<String> parameters, String list) {
        return Part.of(shelf, Ask.read(parameters, list), Budget.ofPage());
    }
}
