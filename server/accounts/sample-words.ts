/** What the people of the sample are called, and where they work. */

export const firstNames = [
  'Anna', 'Mehmet', 'Chloé', 'Jürgen', 'Ewa', 'Liam', 'Yuki', 'Søren', 'Priya', 'Mateo', 'Zoë', 'Kwame', 'Ingrid', 'Ali', 'Nguyễn',
  'Beatriz', 'Oleksandr', 'Fatima', 'Björn', 'Siobhán', 'Hiroshi', 'Lucía', 'Tomasz', 'Amara', 'Émile', 'Nadia', 'Viktor', 'Aoife',
  'Rahul', 'Charlotte', 'Dmitri', 'Leïla', 'Jonas', 'Mei', 'Pedro', 'Katarzyna', 'Omar', 'Freya', 'Giulia', 'Håkon', 'Rosa', 'Samuel',
  'Aylin', 'Noah', 'Elif', 'Marek', 'Hannah', 'Ravi', 'Sofía', 'Daniel', 'Ágnes', 'Tariq', 'Emma',
]

export const lastNames = [
  'Müller', 'García', 'Nowak', 'Okafor', 'Tanaka', 'Dubois', 'Jensen', 'Rossi', 'Kowalska', 'Silva', 'Andersson', 'Yılmaz', 'Novák',
  'O’Brien', 'Schmidt', 'Fernández', 'Ivanova', 'Patel', 'Nguyen', 'Hansen', 'Kim', 'Costa', 'Weber', 'Lindqvist', 'Mensah', 'Haddad',
  'Petrov', 'Moreau', 'Fischer', 'Svensson', 'Papadopoulos', 'Horváth', 'Wójcik', 'van den Berg', 'López', 'Becker', 'Rahman', 'Virtanen',
  'Marino', 'Çelik', 'Popescu', 'Sato', 'Diallo', 'Murphy', 'Keller', 'Bianchi', 'Jovanović', 'Laurent', 'Nielsen', 'Oliveira', 'Braun',
  'Eriksson', 'Farouk', 'Mäkinen', 'Chen', 'de la Cruz Montenegro', 'Winkler', 'Abebe', 'Sørensen', 'Vogel', 'Lefèvre',
]

/** Name, and the place of the department above it. */
export const departmentTree: readonly (readonly [string, number | null])[] = [
  ['Company', null],
  ['Sales', 0], ['Sales North', 1], ['Sales South', 1], ['Customer Success', 1],
  ['Engineering', 0], ['Platform', 5], ['Web', 5], ['Quality', 5],
  ['Operations', 0], ['Logistics', 9], ['Warehouse Berlin', 10], ['Warehouse Lyon', 10],
  ['Finance', 0], ['People & Culture', 0], ['Marketing', 0],
]

export const groupNames: readonly (readonly [string, string])[] = [
  ['First aiders', 'Trained in first aid; refreshed every two years'],
  ['New hires 2026', 'Everybody in their first year'],
  ['Team leads', 'People who lead others'],
  ['Forklift drivers', 'Licensed for the warehouses'],
  ['Remote', 'Working from elsewhere most of the week'],
  ['Security champions', 'One in each team'],
]

export const jobTitles = [
  'Account Manager', 'Software Engineer', 'Warehouse Associate', 'Financial Analyst', 'Recruiter', 'Product Designer', 'Logistics Planner',
  'Customer Success Manager', 'Quality Engineer', 'Office Manager', 'Marketing Specialist', 'Site Reliability Engineer', 'Shift Supervisor',
  'Sales Representative', 'Data Analyst', 'HR Business Partner', 'Controller',
]

export const reasons = ['Contract ends', 'Left the company', 'Parental leave', 'Internship finished', 'Moved to a partner company', 'Sabbatical', 'Retired']
