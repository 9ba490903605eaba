package org.learnedsparse.engine;

import org.elasticsearch.core.Nullable;
import org.elasticsearch.index.mapper.FieldMapper;
import org.elasticsearch.index.mapper.Mapper;
import org.elasticsearch.index.mapper.MapperService;
import org.elasticsearch.index.mapper.NestedLookup;
import org.learnedsparse.mapper.LearnedSparseFieldType;

/**
 * Which fields of an index are of type {@code learned_sparse}, by the mapping as it is when asked.
 * A document is never indexed before the mapping of its fields, so at the time of a flush or merge
 * the mapping knows every field that a segment holds.
 */
final class LearnedSparseFields {
  private final MapperService mapperService;

  /**
   * @param mapperService the shard's; null where an engine runs without one, which then has no such
   *     field
   */
  LearnedSparseFields(@Nullable MapperService mapperService) {
    this.mapperService = mapperService;
  }

  /**
   * Whether the field is one.
   *
   * @param field the full path, the name of the field in Lucene
   */
  boolean contains(String field) {
    // The mapper, not the field type: a runtime field may hide the type of what is in the index.
    return mapperService != null && isLearnedSparse(mapperService.mappingLookup().getMapper(field));
  }

  /** Whether documents may have nested ones, which lie before them in the index. */
  boolean haveNestedDocuments() {
    return mapperService != null
        && mapperService.mappingLookup().nestedLookup() != NestedLookup.EMPTY;
  }

  private static boolean isLearnedSparse(@Nullable Mapper mapper) {
    return mapper instanceof FieldMapper field
        && field.fieldType() instanceof LearnedSparseFieldType;
  }
}
