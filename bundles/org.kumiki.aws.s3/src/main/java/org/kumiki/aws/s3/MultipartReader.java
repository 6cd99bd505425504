package org.kumiki.aws.s3;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a form of the type {@code multipart/form-data}: the fields before the file, and then the file while it flows. What follows counts nothing. */
final class MultipartReader {

    private static final Pattern BOUNDARY = Pattern.compile("multipart/form-data;.*boundary=\"?([^\";,]{1,70})\"?.*", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile("(?i).*[; ]name=\"([^\"]*)\".*");
    private static final Pattern FILE_NAME = Pattern.compile("(?i).*[; ]filename=\"([^\"]*)\".*");
    private static final int MAX_FIELDS = 20 * 1024;
    private static final int MAX_LINE = 8 * 1024;

    private final InputStream source;
    private final byte[] delimiter;
    private final Map<String, String> fields = new LinkedHashMap<>();
    private String fileName = "";
    private InputStream file;

    private MultipartReader(InputStream source, String boundary) {
        this.source = new BufferedInputStream(source, 64 * 1024);
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    }

    static MultipartReader of(String contentType, InputStream source) throws IOException {
        Matcher matcher = BOUNDARY.matcher(contentType);
        if (!matcher.matches()) {
            throw new S3Exception(412, "PreconditionFailed", "Bucket POST must be of the enclosure-type multipart/form-data");
        }
        MultipartReader reader = new MultipartReader(source, matcher.group(1));
        reader.readFields(matcher.group(1));
        return reader;
    }

    private void readFields(String boundary) throws IOException {
        if (!line().startsWith("--" + boundary)) {
            throw malformed();
        }
        int size = 0;
        while (file == null) {
            String disposition = "";
            for (String line = line(); !line.isEmpty(); line = line()) {
                if (line.regionMatches(true, 0, "content-disposition:", 0, 20)) {
                    disposition = line;
                }
            }
            Matcher name = NAME.matcher(disposition);
            if (!name.matches()) {
                throw malformed();
            }
            InputStream content = new Until();
            if (name.group(1).equalsIgnoreCase("file")) {
                Matcher path = FILE_NAME.matcher(disposition);
                fileName = path.matches() ? path.group(1).substring(Math.max(path.group(1).lastIndexOf('/'), path.group(1).lastIndexOf('\\')) + 1) : "";
                file = content;
            } else {
                byte[] value = content.readNBytes(MAX_FIELDS + 1);
                size += value.length;
                if (size > MAX_FIELDS) {
                    throw new S3Exception(400, "MaxPostPreDataLengthExceeded", "Your POST request fields preceding the upload file were too large.");
                }
                fields.put(name.group(1).toLowerCase(Locale.ROOT), new String(value, StandardCharsets.UTF_8));
                if (line().equals("--")) {
                    throw S3Exception.invalid("POST requires exactly one file upload per request.");
                }
            }
        }
    }

    /** What came before the file, by name in lower case. */
    Map<String, String> fields() {
        return fields;
    }

    /** As the client calls it, without its folder. */
    String fileName() {
        return fileName;
    }

    InputStream file() {
        return file;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = source.read(); next != '\n'; next = source.read()) {
            if (next < 0 || line.size() > MAX_LINE) {
                throw malformed();
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static S3Exception malformed() {
        return new S3Exception(400, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.");
    }

    /** The content of one field, up to the next delimiter. */
    private final class Until extends InputStream {

        private boolean ended;

        @Override
        public int read() throws IOException {
            if (ended) {
                return -1;
            }
            int next = source.read();
            if (next == '\r') {
                source.mark(delimiter.length);
                byte[] ahead = source.readNBytes(delimiter.length - 1);
                if (Arrays.equals(ahead, 0, ahead.length, delimiter, 1, delimiter.length)) {
                    ended = true;
                    return -1;
                }
                source.reset();
            }
            if (next < 0) {
                throw new BodyException(S3Exception.incompleteBody());
            }
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = 0;
            while (count < length) {
                int next = read();
                if (next < 0) {
                    return count == 0 ? -1 : count;
                }
                bytes[offset + count++] = (byte) next;
            }
            return count;
        }
    }
}
