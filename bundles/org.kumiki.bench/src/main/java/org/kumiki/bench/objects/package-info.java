/** Measures servers that speak S3. */
package org.kumiki.bench.objects;
