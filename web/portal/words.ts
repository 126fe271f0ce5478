export const words = {
  hello: 'Hello, {{name}}',
  accessEnds: 'Your access ends on {{instant}}',
  endsToday: 'That is today. What you have done is kept.',
  endsInDays_one: 'That is tomorrow. What you have done is kept.',
  endsInDays_other: 'That is in {{count}} days. What you have done is kept.',
  noCoursesTitle: 'No courses yet',
  noCoursesText: 'When somebody assigns a course to you, it stands here.',
}
