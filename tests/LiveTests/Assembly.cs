// One Tryton serves all tests; what one of them does to stock and credit, another would see.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
