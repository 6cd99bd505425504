package org.kumiki.aws.sqs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/** Several requests in one: each succeeds or fails for itself, but a batch that is none fails as a whole. Pure. */
final class Batch {

    private static final int MOST = 10;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");

    private record Failure(String id, AwsException error) {
    }

    private final List<Failure> failures = new ArrayList<>();

    /** @return the entries of a request */
    static List<Structure> entries(Structure input, String entry) {
        List<Structure> entries = input.structures("Entries");
        if (entries.isEmpty()) {
            throw Refusals.simple("EmptyBatchRequest", "There should be at least one " + entry + " in the request.");
        }
        if (entries.size() > MOST) {
            throw Refusals.simple("TooManyEntriesInBatchRequest",
                    "Maximum number of entries per request are " + MOST + ". You have sent " + entries.size() + ".");
        }
        Set<String> ids = new HashSet<>();
        for (Structure each : entries) {
            String id = each.text("Id", "");
            if (!ID.matcher(id).matches()) {
                throw Refusals.simple("InvalidBatchEntryId",
                        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.");
            }
            if (!ids.add(id)) {
                throw Refusals.simple("BatchEntryIdsNotDistinct", "Id " + id + " repeated.");
            }
        }
        return entries;
    }

    void failed(Structure entry, AwsException error) {
        failures.add(new Failure(entry.text("Id", ""), error));
    }

    Structure.Builder write(Structure.Builder out) {
        return out.list("Failed", failures, (failure, one) -> one.put("Id", failure.id()).put("SenderFault", failure.error().status() < 500)
                .put("Code", failure.error().code()).put("Message", failure.error().getMessage()));
    }
}
