#include "page_dictionary.h"

#include "complaints.h"

#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { DEEPEST_TREE = 64, MOST_NODES = 1000000 };
static const off_t largest_file = (off_t)256 << 20;
static const double largest_unit = 75000; // the limit that readers share

struct search {
    struct page_dictionary *found;
    long leaves_before; // pages still to pass
    long nodes_left;    // a tree with cycles ends here
};

// What pages inherit from the nodes above them.
struct inherited {
    struct span media_box;
    struct span resources;
};

static struct span own_or_inherited(const struct pdf_objects *objects, struct span node, const char *key,
                                    struct span inherited) {
    struct span own = pdf_objects_resolve(objects, pdf_find(node, key));
    return own.start < own.end ? own : inherited;
}

// Walks the page tree in reading order; returns whether the page was found.
static bool find_page(struct search *search, struct span node, struct inherited above, int depth) {
    const struct pdf_objects *objects = &search->found->objects;
    if (depth > DEEPEST_TREE || search->nodes_left-- <= 0 || node.start == NULL) {
        return false;
    }
    struct inherited here = {
        .media_box = own_or_inherited(objects, node, "MediaBox", above.media_box),
        .resources = own_or_inherited(objects, node, "Resources", above.resources),
    };
    struct span children = pdf_objects_resolve(objects, pdf_find(node, "Kids"));
    if (children.start >= children.end || *children.start != '[') {
        search->found->page = node;
        search->found->media_box = here.media_box;
        search->found->resources = here.resources;
        return search->leaves_before-- == 0;
    }
    const char *at = pdf_skip_space(children.start + 1, children.end);
    while (at < children.end && *at != ']') {
        const char *behind = pdf_skip_value(at, children.end);
        if (find_page(search, pdf_objects_resolve(objects, (struct span){at, behind}), here, depth + 1)) {
            return true;
        }
        at = pdf_skip_space(behind, children.end);
    }
    return false;
}

static double read_unit(const struct page_dictionary *dictionary) {
    double unit;
    struct span value = pdf_objects_resolve(&dictionary->objects, pdf_find(dictionary->page, "UserUnit"));
    bool is_usable = value.start != NULL && pdf_read_number(value, &unit) && unit > 0 && unit <= largest_unit;
    return is_usable ? unit : 1;
}

// Reads an array of four numbers.
static bool read_box(const struct pdf_objects *objects, struct span box, double edges[4]) {
    if (box.start >= box.end || *box.start != '[') {
        return false;
    }
    const char *at = pdf_skip_space(box.start + 1, box.end);
    for (size_t i = 0; i < 4; i++) {
        const char *behind = pdf_skip_value(at, box.end);
        struct span edge = pdf_objects_resolve(objects, (struct span){at, behind});
        if (edge.start == NULL || !pdf_read_number(edge, &edges[i])) {
            return false;
        }
        at = pdf_skip_space(behind, box.end);
    }
    return true;
}

static struct span map_file(int file) {
    const struct span nothing = {NULL, NULL};
    struct stat status;
    if (fstat(file, &status) != 0 || status.st_size < 1) {
        return nothing;
    }
    if (status.st_size > largest_file) {
        complaints_add("the file is larger than 256 MiB: it was not checked for damaged streams, nor for a UserUnit");
        return nothing;
    }
    const char *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    return bytes == MAP_FAILED ? nothing : (struct span){bytes, bytes + status.st_size};
}

struct page_dictionary page_dictionary_find(int file, int number) {
    struct page_dictionary dictionary = {.user_unit = 1};
    struct span bytes = map_file(file);
    if (bytes.start == NULL) {
        return dictionary;
    }
    dictionary.objects = pdf_objects_scan(bytes);
    struct span catalog = pdf_objects_resolve(&dictionary.objects, dictionary.objects.root);
    if (catalog.start == NULL) {
        return dictionary;
    }
    struct span tree = pdf_objects_resolve(&dictionary.objects, pdf_find(catalog, "Pages"));
    struct search search = {.found = &dictionary, .leaves_before = number - 1, .nodes_left = MOST_NODES};
    if (!find_page(&search, tree, (struct inherited){{NULL, NULL}, {NULL, NULL}}, 0)) {
        dictionary.page = dictionary.resources = (struct span){NULL, NULL};
        return dictionary;
    }
    double edges[4];
    dictionary.user_unit = read_unit(&dictionary);
    dictionary.lacks_media_box = !read_box(&dictionary.objects, dictionary.media_box, edges);
    dictionary.has_empty_media_box =
        !dictionary.lacks_media_box && (edges[0] == edges[2] || edges[1] == edges[3]);
    return dictionary;
}
