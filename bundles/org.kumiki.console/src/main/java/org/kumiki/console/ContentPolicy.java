package org.kumiki.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.felix.webconsole.servlet.AbstractServlet;

/**
 * Which scripts a page may run: files of the console, and the two short scripts that the console's own header carries inside it. Those are
 * named by their hashes, so that nothing else inside the page can ever be a script.
 */
final class ContentPolicy {

    private static final String REST = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
            + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; script-src 'self'";
    private static final Pattern INLINE_SCRIPT = Pattern.compile("<script(?![^>]*\\ssrc)[^>]*>(.*?)</script>", Pattern.DOTALL);
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");

    private final String header;

    ContentPolicy(String header) {
        this.header = header.replace("\r\n", "\n"); // as a browser reads it
    }

    /** For the header of the console that is installed. */
    static ContentPolicy ofConsole() {
        return new ContentPolicy(Resources.text(AbstractServlet.class, "/templates/main_header.html"));
    }

    /** @param variables what the console fills its header with */
    String allowing(Map<String, String> variables) {
        StringBuilder policy = new StringBuilder(REST);
        for (Matcher script = INLINE_SCRIPT.matcher(header); script.find();) {
            String text = VARIABLE.matcher(script.group(1))
                    .replaceAll(variable -> Matcher.quoteReplacement(variables.getOrDefault(variable.group(1), variable.group(1))));
            policy.append(" 'sha256-").append(hash(text)).append('\'');
        }
        return policy.toString();
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
