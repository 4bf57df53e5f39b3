// Results that are shown as a table without being one.
namespace ModelBalancing.Figures;

/// <summary>A result whose notebook form is a table.</summary>
internal interface IShowsTable
{
    /// <summary>The table that stands for it.</summary>
    Table ToTable();
}
